package org.postseal.certstore.remote.sync;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * What a synchronisation did.
 *
 * @param method that was used, never {@code AUTO}
 * @param isFull everything was read, not only what had changed
 * @param server {@code host:port}
 * @param unchanged entries that were sent and were in the mirror already as they are
 * @param skipped how many entries were left out, by reason; if they had been in the mirror they no longer are
 * @param skippedNames the first hundred of them, those without address left out
 * @param notes what the administrator should know besides
 */
public record SyncReport(
        SyncMethod method,
        boolean isFull,
        String server,
        long added,
        long changed,
        long deleted,
        long unchanged,
        Map<SkipReason, Long> skipped,
        List<Skipped> skippedNames,
        List<String> notes,
        Duration duration) {
    /** Takes copies. */
    public SyncReport {
        skipped = java.util.Collections.unmodifiableMap(new TreeMap<>(skipped));
        skippedNames = List.copyOf(skippedNames);
        notes = List.copyOf(notes);
    }

    /** Entries left out, whatever the reason. */
    public long skippedCount() {
        return skipped.values().stream().mapToLong(Long::longValue).sum();
    }

    /** An entry that was left out. */
    public record Skipped(String name, SkipReason reason) {}

    /** Why an entry is left out. */
    public enum SkipReason {
        /** It has no mail address, or none that is one. */
        NO_ADDRESS,
        /** More addresses than the limit. */
        TOO_MANY_ADDRESSES,
        /** More certificates than the limit. */
        TOO_MANY_CERTIFICATES,
        /** A value, or all of them together, larger than the limit. */
        TOO_LARGE
    }
}
