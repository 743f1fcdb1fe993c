package org.postseal.certstore.fetch;

import java.time.Duration;

/** A point on the monotonic clock at which the time is over. Immutable. */
public final class Deadline {
    private final long end;

    private Deadline(long end) {
        this.end = end;
    }

    /** Returns the deadline that lies {@code limit} from now. */
    public static Deadline in(Duration limit) {
        return new Deadline(System.nanoTime() + limit.toNanos());
    }

    /** Returns the time that is left, or zero if none is. */
    public Duration remaining() {
        return Duration.ofNanos(Math.max(0, end - System.nanoTime()));
    }

    public boolean isOver() {
        return end - System.nanoTime() <= 0;
    }

    /**
     * Returns the time left for a socket: at least 1 ms, since 0 means for ever there, and at most {@code most} or one
     * hour.
     */
    public int socketMillis(Duration most) {
        Duration left = remaining();
        return (int) Math.max(1, Math.min(left.compareTo(most) < 0 ? left.toMillis() : most.toMillis(), 3_600_000));
    }
}
