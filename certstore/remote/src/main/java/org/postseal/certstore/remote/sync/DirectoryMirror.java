package org.postseal.certstore.remote.sync;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Keeps a copy of what directory servers say, by source. Thread-safe; of one source only the one who has the {@link #turn} may write. Every method may throw
 * {@link org.postseal.certstore.StoreUnavailableException}. What an implementation must do, {@code DirectoryMirrorContract} among the tests demands.
 */
public interface DirectoryMirror {
    /** The right to write this source, to be closed; empty while somebody else has it, perhaps in another process. */
    Optional<Turn> turn(String source);

    /** Where the source stands; empty before the first success. */
    Optional<SyncState> state(String source);

    /** Ids of all entries of the source. */
    Set<String> entryIds(String source);

    /** Takes over the changes and the state, all or nothing. Doing it twice is as doing it once. */
    Applied apply(String source, Changes changes, SyncState next);

    /**
     * Makes the source's entries those of {@code entries} and nothing else, all or nothing: until it returns, readers see what was before. Reads from {@code entries}
     * one after the other, over the network and for as long as that takes, so an implementation that has one writer for everything had better stage them. Of an id that comes twice the
     * last counts.
     *
     * @param guard is told, before anything counts, how many entries there were and how many will be gone
     * @param next is asked after the last entry, since servers name the position at the end
     * @throws SyncException what {@code entries} or {@code guard} threw; nothing has changed then, and likewise after any other exception of theirs
     */
    Applied replaceAll(String source, Entries entries, RemovalGuard guard, Supplier<SyncState> next)
            throws SyncException;

    /** A right that one holder at a time has. */
    interface Turn extends AutoCloseable {
        @Override
        void close();
    }

    /** Entries, one after the other. */
    interface Entries {
        /** The next one; empty at the end. */
        Optional<MirroredEntry> next() throws SyncException;
    }

    /** Stops a replacement that would remove too much. */
    interface RemovalGuard {
        /** Throws if that is too much. */
        void check(long before, long gone) throws SyncException;
    }

    /**
     * What has changed. An id stands in one of the two only.
     *
     * @param deletedEntryIds those the mirror does not have are passed over
     */
    record Changes(List<MirroredEntry> upserts, Set<String> deletedEntryIds) {
        /** Takes copies. */
        public Changes {
            upserts = List.copyOf(upserts);
            deletedEntryIds = Set.copyOf(deletedEntryIds);
        }
    }

    /** What a call did to the mirror. */
    record Applied(long added, long changed, long deleted, long unchanged) {
        /** Nothing. */
        public static final Applied NOTHING = new Applied(0, 0, 0, 0);

        /** Both together. */
        public Applied plus(Applied other) {
            return new Applied(
                    added + other.added, changed + other.changed, deleted + other.deleted, unchanged + other.unchanged);
        }
    }
}
