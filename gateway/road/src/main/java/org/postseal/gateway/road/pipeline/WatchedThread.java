package org.postseal.gateway.road.pipeline;

import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import org.postseal.gateway.road.pipeline.Preparation.Phase;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The thread on which one message is prepared. Its session waits in {@link #await}, and the watch calls {@link #look}.
 */
final class WatchedThread {
    private final Preparation preparation;
    private final Duration limit;
    private final String name;
    private final PreparationWatch watch;
    private final Thread thread;
    private final CompletableFuture<Boolean> end = new CompletableFuture<>();
    // Only the watch uses the next three fields.
    private int steps = -1;
    private long sinceStep;
    private long sinceGivenUp;
    // The next three fields are guarded by this.
    private boolean isBack;
    private boolean isOrphan;
    private boolean hasCarrier;

    /** @param limit the longest that one step may take */
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

    /** @throws OutOfMemoryError if the system has no thread for it */
    void start() {
        thread.start();
    }

    /** Waits until the work is done, or the message was given up and its thread does not come back. */
    void await() {
        // This wait cannot be interrupted: a gateway that stops closes the connection instead.
        boolean _ = end.join();
    }

    /**
     * Gives the message up if its step has taken too long, and lends the carrier or the place that it holds if that is
     * due.
     *
     * @param passed nanoseconds since the last look
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
                    "{}: a step of preparing the message has not ended within {} s ({}), it is given up",
                    name,
                    seconds,
                    phase);
        });
    }

    /**
     * Runs the action on a thread of its own, because the watch must not wait. Interrupting a thread that reads a file
     * closes the file, and waits until the read has returned. Asking such a thread for its state waits for that as
     * well. A log on a disk that hangs waits too.
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
        // This lends a carrier without asking for the thread's state, since asking may wait (see aside). With a step
        // limit under ten seconds, no carrier has been lent before.
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
    /** The time a thread has to come back after its message was given up. */
    private static final Duration GRACE = Duration.ofSeconds(10);
    /** A step that takes longer than this may have occupied a carrier thread all the time. */
    private static final long LONG = 10 * SECOND;
    /**
     * A question to another server may take as long as Postfix waits for our reply: 600 s
     * ({@code lmtp_data_done_timeout}).
     */
    private static final Duration LONGEST_QUESTION = Duration.ofMinutes(10);
}
