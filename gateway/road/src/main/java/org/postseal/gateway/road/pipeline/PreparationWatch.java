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
 * Prepares messages on threads of their own, and gives up a message if a step of it does not end in time. There is one
 * watch per process. Thread-safe.
 *
 * <p>A message is given up before its thread is interrupted, so that no interrupt changes a decision that counts. A
 * thread that does not come back after that is an orphan, and its session goes on without it. What the orphan holds is
 * lent to others, as long as there are not too many orphans.
 *
 * <p>Time counts only while the watch itself runs: a process that stood still is not a message that hangs.
 */
public final class PreparationWatch {
    /** With this many orphans, the process is to be restarted. */
    public static final int MOST_ORPHANS = Suspects.MOST_HANGING;

    private final LongSupplier nanoTime;
    private final Carriers carriers;
    private final Threads threads;
    private final boolean looksByItself;
    private final AtomicBoolean isLooking = new AtomicBoolean();
    private final Set<WatchedThread> running = ConcurrentHashMap.newKeySet();
    private final AtomicInteger orphans = new AtomicInteger();
    private long last;

    /** A watch that looks by itself, once there is a message to watch. */
    public PreparationWatch() {
        this(Threads.ofThisProcess());
    }

    /** A watch that looks by itself and takes its threads from the given source. */
    public PreparationWatch(Threads threads) {
        this(System::nanoTime, Carriers.ofThisProcess(), threads, true);
    }

    /** A watch that looks only when {@link #look} is called. */
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

    @FunctionalInterface
    interface Work {
        Prepared prepared();
    }

    /**
     * Runs the work on a thread of its own and waits for it. Returns empty if the message was given up; whatever the
     * work returns later is thrown away.
     *
     * @param limit the longest that one step may take
     * @param name the name of the message in the log
     * @throws NoThreadException if the system has no thread for the work
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
            // The work may be in a queue all the same: the pool queues it first, and looks for a thread to run it after
            // that.
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

    /** Threads that were interrupted and have not come back. */
    public int orphans() {
        return orphans.get();
    }

    /** Says why only a restart helps; empty while none is needed. */
    public Optional<String> fault() {
        int now = orphans();
        return now < MOST_ORPHANS
                ? Optional.empty()
                : Optional.of(now + " messages hang and have been given up, restart the gateway");
    }

    /** Looks once at every thread, and gives up those messages whose step has taken too long. */
    public synchronized void look() {
        long now = nanoTime.getAsLong();
        long passed = Math.clamp(now - last, 0, MOST_BETWEEN.toNanos());
        last = now;
        running.forEach(thread -> {
            try {
                thread.look(passed);
            } catch (RuntimeException | OutOfMemoryError e) {
                // A border: a thread that cannot be watched, as when no other thread can be started for it, must not
                // keep the watch from the rest.
                LOG.error("the watch over one message failed once, and goes on", e);
            }
        });
    }

    /** Counts one more orphan. Returns false if there are so many that its place must not be lent. */
    boolean orphaned() {
        return orphans.incrementAndGet() <= MOST_ORPHANS;
    }

    void orphanIsBack() {
        orphans.decrementAndGet();
    }

    void ended(WatchedThread thread) {
        running.remove(thread);
    }

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
                // If the thread has not started, the next message starts it. Otherwise nobody would ever look.
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
                // A border: without this thread, every message that hangs would hang for ever.
                LOG.error("the watch over messages failed once, and goes on", e);
            }
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(PreparationWatch.class);
    private static final Duration MOST_BETWEEN = Duration.ofSeconds(5);
}
