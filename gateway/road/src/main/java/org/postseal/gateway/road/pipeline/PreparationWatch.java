package org.postseal.gateway.road.pipeline;

import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.RejectedExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.LongSupplier;
import org.postseal.gateway.road.journal.Suspects;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Has messages prepared on threads of their own, and gives up those that hang: a step that does not end in time. One for the process. Thread-safe.
 *
 * <p>A message is given up before its thread is interrupted, so that no interrupt changes a decision that counts. A thread that does not come back then is an orphan, and its session goes on without it;
 * what it held is lent to others, as long as there are not too many orphans. Time counts as far as whoever looks runs himself: a process that stood still is not a message that hangs.
 */
public final class PreparationWatch {
    /** So many orphans are too many: the process is to be started anew. */
    public static final int MOST_ORPHANS = Suspects.MOST_HANGING;

    private final LongSupplier nanoTime;
    private final Carriers carriers;
    private final Threads threads;
    private final boolean looksByItself;
    private final AtomicBoolean isLooking = new AtomicBoolean();
    private final Set<WatchedThread> running = ConcurrentHashMap.newKeySet();
    private final AtomicInteger orphans = new AtomicInteger();
    private long last;

    /** One that looks by itself, once there is something to look at. */
    public PreparationWatch() {
        this(Threads.ofThisProcess());
    }

    /** The same, with threads of another origin. */
    public PreparationWatch(Threads threads) {
        this(System::nanoTime, Carriers.ofThisProcess(), threads, true);
    }

    /** One that looks when it is told to ({@link #look}). */
    public PreparationWatch(LongSupplier nanoTime) {
        this(nanoTime, Carriers.ofThisProcess());
    }

    PreparationWatch(LongSupplier nanoTime, Carriers carriers) {
        this(nanoTime, carriers, Threads.ofThisProcess(), false);
    }

    private PreparationWatch(LongSupplier nanoTime, Carriers carriers, Threads threads, boolean looksByItself) {
        this.nanoTime = nanoTime;
        this.carriers = carriers;
        this.threads = threads;
        this.looksByItself = looksByItself;
        this.last = nanoTime.getAsLong();
    }

    /** Makes a message ready. */
    @FunctionalInterface
    interface Work {
        Prepared prepared();
    }

    /**
     * Waits until the work is done; empty when it was given up. Then nobody else waits for it either, and whatever it comes to counts for nothing.
     *
     * @param limit of a step
     * @param name of the message, for the log
     * @throws NoThreadException when the system has no thread for it
     */
    Optional<Prepared> prepare(Preparation preparation, Duration limit, String name, Work work) {
        FutureTask<Prepared> task = new FutureTask<>(() -> {
            preparation.begin();
            return work.prepared();
        });
        WatchedThread thread = new WatchedThread(preparation, limit, name, task, this);
        running.add(thread);
        try {
            startLooking();
            thread.start();
        } catch (OutOfMemoryError | RejectedExecutionException e) {
            running.remove(thread);
            // The work may be in a queue all the same: the pool takes it first, and looks for who does it then
            preparation.abandon();
            throw new NoThreadException(e);
        }
        thread.await();
        return preparation.deliver() ? Optional.of(result(task)) : Optional.empty();
    }

    private static Prepared result(FutureTask<Prepared> task) {
        if (task.state() != Future.State.SUCCESS) {
            throw new IllegalStateException("a message could not be prepared", task.exceptionNow());
        }
        return task.resultNow();
    }

    /** Threads that were told to come back and have not. */
    public int orphans() {
        return orphans.get();
    }

    /** Why only another start helps; empty while it does not need one. */
    public Optional<String> fault() {
        int now = orphans();
        return now < MOST_ORPHANS
                ? Optional.empty()
                : Optional.of(now + " messages hang and have been given up, restart the gateway");
    }

    /** Looks after everybody once. */
    public synchronized void look() {
        long now = nanoTime.getAsLong();
        long passed = Math.clamp(now - last, 0, MOST_BETWEEN.toNanos());
        last = now;
        running.forEach(thread -> {
            try {
                thread.look(passed);
            } catch (RuntimeException | OutOfMemoryError e) {
                // A border: none that cannot be looked after, as where no thread is to be had, keeps others from it
                LOG.error("the watch over one message stumbled, and goes on", e);
            }
        });
    }

    /** One more; false when no place of his may be lent. */
    boolean orphaned() {
        return orphans.incrementAndGet() <= MOST_ORPHANS;
    }

    void orphanIsBack() {
        orphans.decrementAndGet();
    }

    void ended(WatchedThread thread) {
        running.remove(thread);
    }

    /** Threads that it looks after. */
    int running() {
        return running.size();
    }

    Carriers carriers() {
        return carriers;
    }

    Threads threads() {
        return threads;
    }

    private void startLooking() {
        if (looksByItself && isLooking.compareAndSet(false, true)) {
            boolean isStarted = false;
            try {
                threads.ofWatch(this::lookAgainAndAgain).start();
                isStarted = true;
            } finally {
                // else nobody would ever look
                isLooking.set(isStarted);
            }
        }
    }

    private void lookAgainAndAgain() {
        while (!Thread.currentThread().isInterrupted()) {
            try {
                TimeUnit.SECONDS.sleep(1);
                look();
            } catch (InterruptedException nobodyDoes) {
                Thread.currentThread().interrupt();
            } catch (RuntimeException | OutOfMemoryError e) {
                // A border: without this thread whatever hangs would hang for ever
                LOG.error("the watch over messages stumbled, and goes on", e);
            }
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(PreparationWatch.class);
    private static final Duration MOST_BETWEEN = Duration.ofSeconds(5);
}
