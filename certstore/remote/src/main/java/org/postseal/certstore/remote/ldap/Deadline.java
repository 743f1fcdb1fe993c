package org.postseal.certstore.remote.ldap;

import java.time.Duration;

/** A time on the monotonic clock by which something must be done. Immutable. */
public final class Deadline {
    private final long nanoTime;

    private Deadline(long nanoTime) {
        this.nanoTime = nanoTime;
    }

    public static Deadline after(Duration limit) {
        return new Deadline(System.nanoTime() + limit.toNanos());
    }

    /** Returns the time left; zero if the deadline has passed. */
    public Duration remaining() {
        return Duration.ofNanos(Math.max(0, nanoTime - System.nanoTime()));
    }

    public boolean isOver() {
        return remaining().isZero();
    }

    /**
     * Returns the time left, at most {@code most}, in milliseconds. It is at least 1, since 0 means endless to sockets.
     */
    int millis(Duration most) {
        Duration left = remaining();
        return Math.clamp((left.compareTo(most) < 0 ? left : most).toMillis(), 1, Integer.MAX_VALUE);
    }
}
