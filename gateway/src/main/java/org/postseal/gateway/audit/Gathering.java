package org.postseal.gateway.audit;

import java.time.Duration;
import java.util.Collection;
import java.util.List;
import java.util.OptionalLong;
import java.util.stream.Stream;

/**
 * How long records wait for others, so that more of them share one fsync: a tenth of what the quickest of their messages has taken so far. A message that was there for 40 ms,
 * as under load, does not notice 4 ms more; one of 3 ms would.
 */
final class Gathering {
    private Gathering() {}

    /** Of the records of a message: nanoseconds that it has taken; empty for records of anything else. */
    static OptionalLong taken(List<AuditEvent> events) {
        return events.stream()
                .flatMap(event ->
                        event instanceof AuditEvent.RecipientDone done ? done.times().stream() : Stream.empty())
                .mapToLong(AuditEvent.Times::total)
                .min();
    }

    /** How long these wait. */
    static Duration of(Collection<OptionalLong> taken) {
        long quickest = taken.stream().flatMapToLong(OptionalLong::stream).min().orElse(0);
        return Duration.ofNanos(Math.clamp(quickest / PART, SHORTEST, LONGEST));
    }

    private static final int PART = 10;
    /** Nanoseconds; about as long as an fsync takes. */
    private static final long SHORTEST = 400_000;

    private static final long LONGEST = 4_000_000;
}
