package org.postseal.certstore.remote.sync;

import com.unboundid.ldap.sdk.LDAPException;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;

/** A mirror that does something once, after the first entry of a replacement has been read. */
record WatchedMirror(InMemoryMirror mirror, Deed deed) implements DirectoryMirror {
    /** Something that the mirror does. */
    interface Deed {
        void run() throws LDAPException;
    }

    @Override
    public Optional<Turn> turn(String source) {
        return mirror.turn(source);
    }

    @Override
    public Optional<SyncState> state(String source) {
        return mirror.state(source);
    }

    @Override
    public Set<String> entryIds(String source) {
        return mirror.entryIds(source);
    }

    @Override
    public Applied apply(String source, Changes changes, SyncState next) {
        return mirror.apply(source, changes, next);
    }

    @Override
    public Applied replaceAll(String source, Entries all, RemovalGuard guard, Supplier<SyncState> next)
            throws SyncException {
        int[] count = {0};
        return mirror.replaceAll(
                source,
                () -> {
                    if (count[0]++ == 1) {
                        try {
                            deed.run();
                        } catch (LDAPException e) {
                            throw SyncException.of(e);
                        }
                    }
                    return all.next();
                },
                guard,
                next);
    }
}
