package org.postseal.certstore.remote.sync;

import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;

/**
 * Says what a synchronisation did.
 *
 * @param method the method that was used, never {@code AUTO}
 * @param isFull whether everything was read, and not only what had changed
 * @param server {@code host:port}
 * @param unchanged entries that were sent and that the mirror already had as they are
 * @param skipped the number of entries that were left out, by reason; the mirror no longer has them
 * @param skippedNames the first hundred entries that were left out, except for those without an address
 * @param notes further messages for the administrator
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
    public SyncReport {
        skipped = java.util.Collections.unmodifiableMap(new TreeMap<>(skipped));
        skippedNames = List.copyOf(skippedNames);
        notes = List.copyOf(notes);
    }

    /** Returns the number of entries left out for any reason. */
    public long skippedCount() {
        return skipped.values().stream().mapToLong(Long::longValue).sum();
    }

    /** An entry that was left out. */
    public record Skipped(String name, SkipReason reason) {}

    /** Says why an entry is left out. */
    public enum SkipReason {
        /** It has no mail address, or none in the domains of the server. */
        NO_ADDRESS,
        TOO_MANY_ADDRESSES,
        TOO_MANY_CERTIFICATES,
        /** One value, or all values together, are larger than the limit. */
        TOO_LARGE
    }
}
