package org.postseal.certstore.remote.sync;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.postseal.certstore.remote.sync.DirectoryMirror.Changes;

/**
 * Collects changes on their way to the mirror. If an entry changes twice, the last change counts. Confined to one
 * thread.
 */
final class Batch {
    private final SyncJob job;
    private final Map<String, Optional<MirroredEntry>> changes = new LinkedHashMap<>();
    private long octets;

    Batch(SyncJob job) {
        this.job = job;
    }

    /** Adds a change. An empty {@code entry} means that the entry is to be removed. */
    void put(String entryId, Optional<MirroredEntry> entry) {
        changes.put(entryId, entry);
        octets += entry.map(MirroredEntry::octets).orElse(0L);
    }

    boolean isFull() {
        return changes.size() >= job.settings().pageSize() || octets > MAX_OCTETS;
    }

    boolean isEmpty() {
        return changes.isEmpty();
    }

    /** Hands over all changes, with the position to be kept. */
    void flush(Position next) {
        List<MirroredEntry> upserts = new ArrayList<>();
        Set<String> deleted = new LinkedHashSet<>();
        changes.forEach((id, entry) -> entry.ifPresentOrElse(upserts::add, () -> deleted.add(id)));
        job.apply(new Changes(upserts, deleted), next);
        changes.clear();
        octets = 0;
    }

    void flushIfFull(Position next) {
        if (isFull()) {
            flush(next);
        }
    }

    private static final long MAX_OCTETS = 8 * 1024 * 1024;
}
