package org.postseal.certstore.remote.sync;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Supplier;
import org.postseal.certstore.StoreUnavailableException;

/** A mirror in memory. It keeps a list of what was done to it, and can be told to fail. */
final class InMemoryMirror implements DirectoryMirror {
    private final Map<String, Map<String, MirroredEntry>> entries = new HashMap<>();
    private final Map<String, SyncState> states = new HashMap<>();
    private final Set<String> taken = new HashSet<>();
    private final List<String> log = new ArrayList<>();
    private int callsUntilFailure = Integer.MAX_VALUE;

    /** Lets a single call fail after {@code calls} others, as a full disk would. */
    synchronized void failAfter(int calls) {
        callsUntilFailure = calls;
    }

    synchronized Map<String, MirroredEntry> entries(String source) {
        return new TreeMap<>(entries.getOrDefault(source, Map.of()));
    }

    /**
     * Returns the calls that changed something, with the numbers of upserts and deletions: {@code apply 3 1},
     * {@code replaceAll 200}.
     */
    synchronized List<String> log() {
        return List.copyOf(log);
    }

    @Override
    public synchronized Optional<Turn> turn(String source) {
        return taken.add(source) ? Optional.of(() -> giveBack(source)) : Optional.empty();
    }

    private synchronized void giveBack(String source) {
        taken.remove(source);
    }

    @Override
    public synchronized Optional<SyncState> state(String source) {
        return Optional.ofNullable(states.get(source));
    }

    @Override
    public synchronized Set<String> entryIds(String source) {
        return Set.copyOf(entries.getOrDefault(source, Map.of()).keySet());
    }

    @Override
    public synchronized Applied apply(String source, Changes changes, SyncState next) {
        failIfDue();
        Map<String, MirroredEntry> mine = entries.computeIfAbsent(source, _ -> new HashMap<>());
        Applied applied = Applied.NOTHING;
        for (MirroredEntry entry : changes.upserts()) {
            applied = applied.plus(compare(mine.put(entry.entryId(), entry), entry));
        }
        for (String id : changes.deletedEntryIds()) {
            if (mine.remove(id) != null) {
                applied = applied.plus(new Applied(0, 0, 1, 0));
            }
        }
        states.put(source, next);
        log.add("apply " + changes.upserts().size() + " "
                + changes.deletedEntryIds().size());
        return applied;
    }

    @Override
    public Applied replaceAll(String source, Entries all, RemovalGuard guard, Supplier<SyncState> next)
            throws SyncException {
        Map<String, MirroredEntry> wanted = new HashMap<>();
        for (Optional<MirroredEntry> entry = all.next(); entry.isPresent(); entry = all.next()) {
            wanted.put(entry.get().entryId(), entry.get());
        }
        synchronized (this) {
            Map<String, MirroredEntry> mine = entries.getOrDefault(source, Map.of());
            long gone =
                    mine.keySet().stream().filter(id -> !wanted.containsKey(id)).count();
            guard.check(mine.size(), gone);
            SyncState state = next.get();
            failIfDue();
            Applied applied = new Applied(0, 0, gone, 0);
            for (MirroredEntry entry : wanted.values()) {
                applied = applied.plus(compare(mine.get(entry.entryId()), entry));
            }
            entries.put(source, wanted);
            states.put(source, state);
            log.add("replaceAll " + wanted.size());
            return applied;
        }
    }

    private static Applied compare(@org.jspecify.annotations.Nullable MirroredEntry before, MirroredEntry after) {
        if (before == null) {
            return new Applied(1, 0, 0, 0);
        }
        return before.fingerprint().equals(after.fingerprint()) ? new Applied(0, 0, 0, 1) : new Applied(0, 1, 0, 0);
    }

    private void failIfDue() {
        if (callsUntilFailure-- == 0) {
            throw new StoreUnavailableException("disk full", new java.io.IOException("disk full"));
        }
    }
}
