package org.postseal.gateway.road.pipeline;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.postseal.gateway.road.pipeline.Preparation.Phase;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread of one message that is being prepared. Its session waits in {@link #await}, the watch calls {@link #look}.
 */
final class WatchedThread {
    private final Preparation preparation;
    private final Duration limit;
    private final String name;
    private final PreparationWatch watch;
    private final Thread thread;
    private final CompletableFuture<Boolean> end = new CompletableFuture<>();
    // of the watch alone
    private int steps = -1;
    private long sinceStep;
    private long sinceGivenUp;
    // guarded by this
    private boolean isBack;
    private boolean isOrphan;
    private boolean hasCarrier;

    /** @param limit of a step */
    WatchedThread(Preparation preparation, Duration limit, String name, Runnable work, PreparationWatch watch) {
        this.preparation = preparation;
        this.limit = limit;
        this.name = name;
        this.watch = watch;
        this.thread = watch.threads().ofMessage("prepare-" + name, () -> {
            work.run();
            back();
        });
    }

    /** @throws OutOfMemoryError when the system has no thread for it */
    void start() {
        thread.start();
    }

    /** Until it is done, or has been given up and does not come back. */
    void await() {
        // not interruptible: who stops the gateway ends the connection
        boolean _ = end.join();
    }

    /**
     * Gives it up when it is time.
     *
     * @param passed since it was looked at last, in nanoseconds
     */
    void look(long passed) {
        Preparation.State seen = preparation.state();
        Phase phase = seen.phase();
        if (phase == Phase.GIVEN_UP) {
            sinceGivenUp += passed;
            if (sinceGivenUp >= GRACE.toNanos()) {
                orphan();
            }
            return;
        }
        if (seen.steps() != steps || phase == Phase.WAITING || phase == Phase.DELIVERING) {
            steps = seen.steps();
            sinceStep = 0;
            giveCarrierBack();
            return;
        }
        sinceStep += passed;
        if (sinceStep >= limit(phase).toNanos() && preparation.giveUp(seen)) {
            tellToComeBack(phase, sinceStep / SECOND);
        } else if (sinceStep >= LONG && thread.getState() == Thread.State.RUNNABLE) {
            lendCarrier();
        }
    }

    private void tellToComeBack(Phase phase, long seconds) {
        aside(() -> {
            thread.interrupt();
            LOG.error(
                    "{}: a step of preparing the message has not ended for {} s ({}), it is given up",
                    name,
                    seconds,
                    phase);
        });
    }

    /**
     * Not by the watch, which must not wait: whoever interrupts a thread that reads a file closes the file, and waits until the call has come back. Whoever asks that thread for its state waits for him. A log on a
     * disk that hangs waits as well.
     */
    private static void aside(Runnable what) {
        Thread.ofPlatform().daemon().name("preparation-aside").start(what);
    }

    private Duration limit(Phase phase) {
        return switch (phase) {
            case WORKING, AT_TOKEN -> limit;
            case VALIDATING, ASKING -> limit.compareTo(LONGEST_QUESTION) > 0 ? limit : LONGEST_QUESTION;
            case WAITING, DELIVERING, GIVEN_UP -> throw new IllegalStateException("no limit while " + phase);
        };
    }

    private void orphan() {
        boolean mayLend;
        synchronized (this) {
            if (isBack || isOrphan) {
                return;
            }
            isOrphan = true;
            preparation.orphaned();
            mayLend = watch.orphaned();
        }
        if (mayLend) {
            preparation.lendPlace();
        }
        boolean _ = end.complete(true);
        int orphans = watch.orphans();
        aside(() -> {
            Throwable where = new Throwable("it hangs here");
            where.setStackTrace(thread.getStackTrace());
            LOG.error(
                    "{}: the thread of a message that was given up does not come back; {} such threads",
                    name,
                    orphans,
                    where);
        });
        // Whatever it is at, since nobody may ask (aside); it has none yet where the limit is short
        lendCarrier();
    }

    private void back() {
        boolean wasOrphan;
        synchronized (this) {
            isBack = true;
            wasOrphan = isOrphan;
        }
        watch.ended(this);
        if (wasOrphan) {
            watch.orphanIsBack();
            LOG.warn("{}: the thread of a message that was given up has come back", name);
        }
        preparation.back();
        boolean _ = end.complete(true);
        giveCarrierBack();
    }

    private synchronized void lendCarrier() {
        if (!hasCarrier && !isBack) {
            watch.carriers().lend();
            hasCarrier = true;
        }
    }

    private synchronized void giveCarrierBack() {
        if (hasCarrier) {
            hasCarrier = false;
            watch.carriers().giveBack();
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(WatchedThread.class);
    private static final long SECOND = 1_000_000_000L;
    /** What it has to come back in once it is given up. */
    private static final Duration GRACE = Duration.ofSeconds(10);
    /** A step that takes longer may have kept a carrier all the time. */
    private static final long LONG = 10 * SECOND;
    // Postfix gives up an LMTP server after 600 s (lmtp_data_done_timeout)
    private static final Duration LONGEST_QUESTION = Duration.ofMinutes(10);
}
