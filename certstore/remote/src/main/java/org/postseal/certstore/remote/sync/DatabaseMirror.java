package org.postseal.certstore.remote.sync;

import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Collection;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.function.Supplier;
import org.postseal.certstore.StoreUnavailableException;
import org.postseal.certstore.database.CertificateDatabase;
import org.postseal.certstore.database.DatabaseException;
import org.postseal.certstore.database.MirrorReplacement;
import org.postseal.certstore.database.Mirrors;

/**
 * Keeps the mirrors in our own database. Certificates are read when an entry comes in, so that a look-up finds them
 * ready. A value that is no certificate does not harm its entry: it is counted. Thread-safe as its
 * interface says.
 */
public final class DatabaseMirror implements DirectoryMirror {
    private final CertificateDatabase database;
    private final InstantSource time;
    private final MirroredValues values = new MirroredValues();
    private final Map<String, org.postseal.certstore.database.Turn> turns = new ConcurrentHashMap<>();

    /** Works on a database, which the caller closes. */
    public DatabaseMirror(CertificateDatabase database, InstantSource time) {
        this.database = database;
        this.time = time;
    }

    /** Returns the number of values read since the start that are no certificates. */
    public long unreadableValues() {
        return values.unreadable();
    }

    @Override
    public Optional<Turn> turn(String source) {
        return named(() -> database.turn(source)).map(taken -> {
            turns.put(source, taken);
            return () -> named(() -> {
                boolean _ = turns.remove(source, taken);
                taken.close();
                return true;
            });
        });
    }

    /** Another node may be writing once the turn is lost. */
    private void requireHeld(String source) {
        org.postseal.certstore.database.Turn turn = turns.get(source);
        if (turn != null && !turn.isHeld()) {
            throw new StoreUnavailableException("mirror: another gateway may keep " + source + " up to date now,"
                    + " since the database was not heard of in time");
        }
    }

    @Override
    public Optional<SyncState> state(String source) {
        // A method that a newer version wrote counts as no state, so everything is read anew.
        return named(() -> mirrors().state(source))
                .flatMap(state -> SyncMethod.parse(state.method())
                        .map(method -> new SyncState(method, state.server(), state.cookie())));
    }

    @Override
    public Set<String> entryIds(String source) {
        return named(() -> mirrors().entryIds(source));
    }

    @Override
    public Applied apply(String source, Changes changes, SyncState next) {
        return named(() -> {
            requireHeld(source);
            Sorted sorted = sorted(source, changes.upserts());
            Mirrors.Applied applied =
                    mirrors().apply(source, values.read(sorted.different()), changes.deletedEntryIds(), stored(next));
            return told(applied).plus(new Applied(0, 0, 0, sorted.unchanged().size()));
        });
    }

    @Override
    public Applied replaceAll(String source, Entries entries, RemovalGuard guard, Supplier<SyncState> next)
            throws SyncException {
        MirrorReplacement replacement = named(() -> mirrors().replacement(source, time.instant()));
        try {
            boolean isLast = false;
            while (!isLast) {
                List<MirroredEntry> batch = new ArrayList<>();
                isLast = fill(batch, entries);
                named(() -> {
                    requireHeld(source);
                    Sorted sorted = sorted(source, batch);
                    replacement.add(values.read(sorted.different()), sorted.unchanged());
                    return true;
                });
            }
            guard.check(named(replacement::before), named(replacement::gone));
            SyncState state = next.get();
            requireHeld(source);
            return told(named(() -> replacement.commit(stored(state))));
        } catch (SyncException | RuntimeException e) {
            giveUp(replacement, e);
            throw e;
        }
    }

    // Returns true if there are no further entries.
    private static boolean fill(List<MirroredEntry> batch, Entries entries) throws SyncException {
        long octets = 0;
        while (batch.size() < BATCH_ENTRIES && octets < BATCH_OCTETS) {
            Optional<MirroredEntry> entry = entries.next();
            if (entry.isEmpty()) {
                return true;
            }
            octets += entry.get().octets();
            batch.add(entry.get());
        }
        return false;
    }

    private static void giveUp(MirrorReplacement replacement, Exception cause) {
        try {
            replacement.discard();
        } catch (DatabaseException e) {
            // The next replacement discards the staged entries.
            cause.addSuppressed(e);
        }
    }

    private record Sorted(List<MirroredEntry> different, List<String> unchanged) {}

    // If an id comes twice, the last entry counts.
    private Sorted sorted(String source, Collection<MirroredEntry> entries) {
        Map<String, MirroredEntry> byId = new LinkedHashMap<>();
        entries.forEach(entry -> byId.put(entry.entryId(), entry));
        Map<String, String> known = mirrors().fingerprints(source, byId.keySet());
        List<MirroredEntry> different = new ArrayList<>();
        List<String> unchanged = new ArrayList<>();
        byId.forEach((id, entry) -> {
            if (MirroredValues.fingerprint(entry).equals(known.get(id))) {
                unchanged.add(id);
            } else {
                different.add(entry);
            }
        });
        return new Sorted(different, unchanged);
    }

    private Mirrors mirrors() {
        return database.mirrors();
    }

    private Mirrors.SyncState stored(SyncState state) {
        return new Mirrors.SyncState(state.method().text(), state.server(), state.cookie(), time.instant());
    }

    private static Applied told(Mirrors.Applied applied) {
        return new Applied(applied.added(), applied.changed(), applied.deleted(), applied.unchanged());
    }

    private static <T> T named(Supplier<T> work) {
        try {
            return work.get();
        } catch (DatabaseException e) {
            throw new StoreUnavailableException("mirror: " + e.getMessage(), e);
        }
    }

    private static final int BATCH_ENTRIES = 500;
    private static final long BATCH_OCTETS = 16 << 20;
}
