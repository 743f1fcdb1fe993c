package org.postseal.certstore.remote.sync;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;

/** Tells a follower to end. Thread-safe; once given it stays. */
public final class StopSignal {
    private final CountDownLatch latch = new CountDownLatch(1);

    /** Gives it. */
    public void request() {
        latch.countDown();
    }

    /** True once it was given. */
    public boolean isRequested() {
        return latch.getCount() == 0;
    }

    /** Waits so long, or until it is given, which is what is returned. An interrupt counts as the signal. */
    public boolean await(Duration time) {
        try {
            return latch.await(time.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            request();
            return true;
        }
    }
}
