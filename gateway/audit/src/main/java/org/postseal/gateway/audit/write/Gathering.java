package org.postseal.gateway.audit.write;

import java.time.Duration;
import java.util.List;
import org.postseal.gateway.audit.AuditEvent;

/**
 * Says how long records may wait for others, so that more of them share one fsync: a tenth of the time that their
 * message has taken so far. A message that has taken 40 ms, as under load, does not suffer from 4 ms more; one that has
 * taken 3 ms would.
 */
final class Gathering {
    private Gathering() {}

    /** Returns the time for the records of a message. An event about no message waits the shortest time. */
    static Duration of(List<AuditEvent> events) {
        long quickest = events.stream().mapToLong(Gathering::taken).min().orElse(0);
        return Duration.ofNanos(Math.clamp(quickest / PART, SHORTEST, LONGEST));
    }

    private static long taken(AuditEvent event) {
        return event instanceof AuditEvent.RecipientDone done
                ? done.times().map(AuditEvent.Times::total).orElse(0L)
                : 0;
    }

    private static final int PART = 10;
    /** Nanoseconds. This is about the time of an fsync. */
    private static final long SHORTEST = 400_000;

    private static final long LONGEST = 4_000_000;
}
