package org.postseal.certstore.remote.ldap;

import java.time.Duration;

/** An instant of the monotonic clock by which something must be done. Immutable. */
public final class Deadline {
    private final long nanoTime;
    private final Duration limit;

    private Deadline(long nanoTime, Duration limit) {
        this.nanoTime = nanoTime;
        this.limit = limit;
    }

    /** So much time from now. */
    public static Deadline after(Duration limit) {
        return new Deadline(System.nanoTime() + limit.toNanos(), limit);
    }

    /** What is left; zero when it has passed. */
    public Duration remaining() {
        return Duration.ofNanos(Math.max(0, nanoTime - System.nanoTime()));
    }

    /** True when it has passed. */
    public boolean isOver() {
        return remaining().isZero();
    }

    /** The time there was at first. */
    public Duration limit() {
        return limit;
    }

    /** What is left or {@code most}, in milliseconds and at least 1: 0 means endless to sockets. */
    int millis(Duration most) {
        Duration left = remaining();
        return Math.clamp((left.compareTo(most) < 0 ? left : most).toMillis(), 1, Integer.MAX_VALUE);
    }
}
