package org.postseal.certstore.remote.sync;

import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/**
 * Keeps a copy of what directory servers say, by source. Thread-safe. Only the holder of a source's {@link #turn} may
 * write to it. Every method may throw {@link org.postseal.certstore.StoreUnavailableException}. The test
 * {@code DirectoryMirrorContract} checks what an implementation must do.
 */
public interface DirectoryMirror {
    /**
     * Takes the right to write to this source. The caller closes it. Returns empty while somebody else has it, perhaps
     * in another process.
     */
    Optional<Turn> turn(String source);

    /** Returns how far the source has been synchronised, or empty before the first success. */
    Optional<SyncState> state(String source);

    Set<String> entryIds(String source);

    /** Applies the changes and the state, all or nothing. Applying them twice has the same effect as once. */
    Applied apply(String source, Changes changes, SyncState next);

    /**
     * Makes {@code entries} the only entries of the source, all or nothing. Until it returns, readers see the old ones.
     * It reads {@code entries} one after the other over the network, for as long as that takes. So an implementation
     * with a single writer for all sources should stage them. If an id comes twice, the last entry counts.
     *
     * @param guard is told, before anything takes effect, how many entries there were and how many will be gone
     * @param next is asked after the last entry, since servers name the position at the end
     * @throws SyncException if {@code entries} or {@code guard} threw it; nothing has changed then, nor after any other
     *     exception that they throw
     */
    Applied replaceAll(String source, Entries entries, RemovalGuard guard, Supplier<SyncState> next)
            throws SyncException;

    /** A right that has one holder at a time. */
    interface Turn extends AutoCloseable {
        @Override
        void close();
    }

    /** Returns entries one after the other. */
    interface Entries {
        /** Returns the next entry; empty at the end. */
        Optional<MirroredEntry> next() throws SyncException;
    }

    /** Stops a replacement that would remove too much. */
    interface RemovalGuard {
        /** Throws if too much would be removed. */
        void check(long before, long gone) throws SyncException;
    }

    /**
     * The changes of a source. An id is either among the upserts or among the deleted ids.
     *
     * @param deletedEntryIds ids of removed entries; those that the mirror does not have are passed over
     */
    record Changes(List<MirroredEntry> upserts, Set<String> deletedEntryIds) {
        public Changes {
            upserts = List.copyOf(upserts);
            deletedEntryIds = Set.copyOf(deletedEntryIds);
        }
    }

    /** Counts what a call did to the mirror. */
    record Applied(long added, long changed, long deleted, long unchanged) {
        public static final Applied NOTHING = new Applied(0, 0, 0, 0);

        public Applied plus(Applied other) {
            return new Applied(
                    added + other.added, changed + other.changed, deleted + other.deleted, unchanged + other.unchanged);
        }
    }
}
