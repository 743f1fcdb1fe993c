package org.postseal.gateway.road.pipeline;

import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicLong;
import java.util.function.BooleanSupplier;

/**
 * A watch over messages by the clock of a test, with carriers that are counted, and an operation that hangs until the
 * test releases it.
 */
final class WatchByHand {
    private final AtomicLong nanoseconds = new AtomicLong();
    private final AtomicInteger lent = new AtomicInteger();
    private final AtomicInteger mostLent = new AtomicInteger();
    private final PreparationWatch watch = new PreparationWatch(nanoseconds::get, new Carriers() {
        private final Carriers real = Carriers.ofThisProcess();

        @Override
        public void lend() {
            mostLent.accumulateAndGet(lent.incrementAndGet(), Math::max);
            real.lend();
        }

        @Override
        public void giveBack() {
            lent.decrementAndGet();
            real.giveBack();
        }
    });
    private final CountDownLatch isThere = new CountDownLatch(1);
    private final CountDownLatch goOn = new CountDownLatch(1);

    PreparationWatch watch() {
        return watch;
    }

    /** Returns how many carriers are lent now. */
    int lent() {
        return lent.get();
    }

    /** Returns the most carriers that were lent at a time. */
    int mostLent() {
        return mostLent.get();
    }

    long nanoTime() {
        return nanoseconds.get();
    }

    /** Lets time pass while the watch does not look. */
    void sleep(Duration time) {
        nanoseconds.addAndGet(time.toNanos());
    }

    /** Lets time pass while the watch looks each second. */
    void pass(Duration time) {
        pass(watch, time);
    }

    void pass(PreparationWatch looking, Duration time) {
        looking.look();
        for (long left = time.toSeconds(); left > 0; left--) {
            sleep(Duration.ofSeconds(1));
            looking.look();
        }
    }

    /** Says that the operation has begun to hang. */
    void begun() {
        isThere.countDown();
    }

    /** Computes until the test releases it. No interrupt ends it. */
    void spin() {
        begun();
        while (goOn.getCount() > 0) {
            Thread.onSpinWait();
        }
    }

    /** Waits until the operation hangs. */
    void awaitBegun() throws InterruptedException {
        isThere.await();
    }

    CountDownLatch goOn() {
        return goOn;
    }

    static void await(BooleanSupplier fact) {
        while (!fact.getAsBoolean()) {
            Thread.onSpinWait();
        }
    }

    static void awaitUninterruptibly(CountDownLatch latch) {
        boolean isInterrupted = false;
        while (true) {
            try {
                latch.await();
                break;
            } catch (InterruptedException _) {
                isInterrupted = true;
            }
        }
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
    }
}
