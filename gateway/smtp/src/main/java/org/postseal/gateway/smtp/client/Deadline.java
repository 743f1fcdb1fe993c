package org.postseal.gateway.smtp.client;

import java.time.Duration;
import java.util.Optional;

/**
 * Says until when a message may be handed over.
 *
 * @param nanoTime by {@link System#nanoTime}; empty for no limit
 */
record Deadline(Optional<Long> nanoTime) {
    static final Deadline NONE = new Deadline(Optional.empty());

    /** Returns a deadline that lies this time ahead. */
    static Deadline in(Duration time) {
        return new Deadline(Optional.of(System.nanoTime() + time.toNanos()));
    }

    /** Returns the given limit, or the time that is left until the deadline if that is less. */
    Duration within(Duration limit) {
        return nanoTime.map(end -> Duration.ofNanos(Math.max(0, end - System.nanoTime())))
                .filter(left -> left.compareTo(limit) < 0)
                .orElse(limit);
    }

    boolean isOver() {
        return within(Duration.ofNanos(1)).isZero();
    }
}
