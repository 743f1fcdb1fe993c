package org.postseal.gateway.road.fleet;

import java.time.Duration;
import java.time.Instant;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * How far the clock of this machine is ahead of the database's, without what the network may explain. Signing times and
 * the validity of certificates go by the machine's clock. One thread measures and warns; all may read.
 */
final class ClockDistance {
    private volatile Duration distance = Duration.ZERO;
    private boolean isWarned;

    Duration distance() {
        return distance;
    }

    boolean isTooMuch() {
        return distance.abs().compareTo(MOST) > 0;
    }

    /** Measures by an answer of the database, which was asked and had answered at these times of the machine. */
    void measure(Instant asked, Instant answered, Instant database) {
        distance = between(asked, answered, database);
    }

    /** Warns once each time the distance grows large. */
    void warn() {
        boolean isOff = distance.abs().compareTo(WARNED) > 0;
        if (isOff && !isWarned) {
            LOG.warn("{}", this);
        }
        isWarned = isOff;
    }

    @Override
    public String toString() {
        return "the clock of this machine is " + distance.toMillis() + " ms ahead of the database's";
    }

    /** Returns how far ahead a clock is, less what the time of the answer leaves open. */
    static Duration between(Instant asked, Instant answered, Instant database) {
        Duration half = Duration.between(asked, answered).abs().dividedBy(2);
        Duration ahead = Duration.between(database, asked.plus(half));
        if (ahead.abs().compareTo(half) <= 0) {
            return Duration.ZERO;
        }
        return ahead.isNegative() ? ahead.plus(half) : ahead.minus(half);
    }

    private static final Duration WARNED = Duration.ofSeconds(5);
    private static final Duration MOST = Duration.ofSeconds(60);
    private static final Logger LOG = LoggerFactory.getLogger(ClockDistance.class);
}
