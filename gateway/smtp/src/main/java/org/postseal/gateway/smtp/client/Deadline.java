package org.postseal.gateway.smtp.client;

import java.time.Duration;
import java.util.Optional;

/**
 * Says until when a message may be handed over.
 *
 * @param nanoTime of the machine's own clock; if empty, it may take as long as it takes
 */
record Deadline(Optional<Long> nanoTime) {
    static final Deadline NONE = new Deadline(Optional.empty());

    /** Returns a deadline that lies this time ahead. */
    static Deadline in(Duration time) {
        return new Deadline(Optional.of(System.nanoTime() + time.toNanos()));
    }

    /** Returns as much of a phase's own limit as there is time. */
    Duration within(Duration limit) {
        return nanoTime.map(end -> Duration.ofNanos(Math.max(0, end - System.nanoTime())))
                .filter(left -> left.compareTo(limit) < 0)
                .orElse(limit);
    }

    boolean isOver() {
        return within(Duration.ofNanos(1)).isZero();
    }
}
