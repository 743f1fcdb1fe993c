package org.postseal.certstore.remote.sync;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.function.BooleanSupplier;

/** Tells {@link SyncRunner#follow} to end. Thread-safe. A signal that was given cannot be taken back. */
public final class StopSignal {
    private final CountDownLatch latch;
    private final BooleanSupplier isOver;

    public StopSignal() {
        this(new CountDownLatch(1), () -> false);
    }

    private StopSignal(CountDownLatch latch, BooleanSupplier isOver) {
        this.latch = latch;
        this.isOver = isOver;
    }

    /** Returns a signal that is given with this one, or within a second after {@code isOver} has become true. */
    public StopSignal or(BooleanSupplier isOver) {
        return new StopSignal(latch, isOver);
    }

    public void request() {
        latch.countDown();
    }

    public boolean isRequested() {
        return latch.getCount() == 0 || isOver.getAsBoolean();
    }

    /**
     * Waits for this time or until the signal is given. Returns whether it was given; an interrupt counts as the
     * signal.
     */
    public boolean await(Duration time) {
        long end = System.nanoTime() + time.toNanos();
        try {
            long left = time.toNanos();
            while (!isRequested() && left > 0) {
                boolean _ = latch.await(Math.min(left, LOOK.toNanos()), TimeUnit.NANOSECONDS);
                left = end - System.nanoTime();
            }
            return isRequested();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            request();
            return true;
        }
    }

    private static final Duration LOOK = Duration.ofSeconds(1);
}
