package org.postseal.certstore.fetch;

import java.time.Duration;

/** A point on the monotonic clock by which something is over. Immutable. */
public final class Deadline {
    private final long end;

    private Deadline(long end) {
        this.end = end;
    }

    /** {@code limit} from now on. */
    public static Deadline in(Duration limit) {
        return new Deadline(System.nanoTime() + limit.toNanos());
    }

    /** What is left; zero when it is over. */
    public Duration remaining() {
        return Duration.ofNanos(Math.max(0, end - System.nanoTime()));
    }

    /** True when nothing is left. */
    public boolean isOver() {
        return end - System.nanoTime() <= 0;
    }

    /** What is left, for a socket: at least 1 ms, at most {@code most}, since 0 means for ever there. */
    int socketMillis(Duration most) {
        Duration left = remaining();
        return (int) Math.max(1, Math.min(left.compareTo(most) < 0 ? left.toMillis() : most.toMillis(), 3_600_000));
    }
}
