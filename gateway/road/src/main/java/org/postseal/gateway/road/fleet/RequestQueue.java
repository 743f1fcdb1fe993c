package org.postseal.gateway.road.fleet;

import java.time.Duration;
import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.Collections;
import java.util.Deque;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.TimeUnit;
import java.util.function.IntSupplier;
import org.postseal.gateway.road.journal.JournalKey;

/**
 * Holds the requests that wait, in their order, and says when a batch of them begins. Thread-safe.
 *
 * <p>Several batches may be on their way, and no two of them have a row in common. A request waits for those before it
 * that have one of its rows, so that all that is wanted of a row is done in its order.
 */
final class RequestQueue {
    private final IntSupplier sessions;
    private Deque<Waiting> waiting = new ArrayDeque<>();
    /** The rows of the batches that are on their way. */
    private final Set<JournalKey> busy = new HashSet<>();

    private int onTheirWay;
    /** The batch on its way of what is tried again, if there is one. */
    private List<Request> triedAgain = List.of();
    /** How many requests could be in the next batch, of those for which a session waits. */
    private int awaited;

    private boolean isDue;
    private boolean isClosed;
    /** When the last batch was begun, by {@link System#nanoTime}. */
    private long begun = System.nanoTime();

    private record Waiting(Request request, boolean isAwaited, boolean isTried) {}

    /** @param sessions how many sessions are between a claim and its end */
    RequestQueue(IntSupplier sessions) {
        this.sessions = sessions;
    }

    /** @param isAwaited true if a session waits for it; others begin no batch, and come along within a short time */
    synchronized void add(Request request, boolean isAwaited) {
        waiting.add(new Waiting(request, isAwaited, false));
        if (isAwaited) {
            awaited++;
            if (awaited == 1 || awaited == enough()) {
                notify();
            }
        }
    }

    /** Returns how many requests are waiting or on their way. */
    synchronized int left() {
        return waiting.size() + onTheirWay;
    }

    /** True if it is closed, and nothing waits any more. */
    synchronized boolean isOver() {
        return isClosed && waiting.isEmpty();
    }

    /** Begins batches at once from now on. */
    synchronized void close() {
        isClosed = true;
        isDue = true;
        notifyAll();
    }

    /** Waits until a batch should begin, or for a short time, and takes it. Then it is on its way until it is ended. */
    synchronized List<Request> take() throws InterruptedException {
        long idle = System.nanoTime() + UNHURRIED.toNanos();
        for (long rest = rest(idle); rest > 0; rest = rest(idle)) {
            TimeUnit.NANOSECONDS.timedWait(this, rest);
        }
        return taken();
    }

    /** Lets more come: the more sessions there are, the more is likely to. */
    private long rest(long idle) {
        if (isDue || (isClosed && waiting.isEmpty()) || (awaited > 0 && awaited >= enough())) {
            return 0;
        }
        long now = System.nanoTime();
        long apart = Math.min(MOST_GATHERING.toNanos(), sessions.getAsInt() * GATHERING.toNanos());
        return awaited == 0 ? idle - now : Math.min(idle, begun + apart) - now;
    }

    private int enough() {
        return Math.max(1, Math.min(ENOUGH, sessions.getAsInt() / 2));
    }

    /**
     * What was tried goes without what was not, and in one batch at a time: locked rows then hold up nobody else, and
     * no more than one connection.
     */
    private List<Request> taken() {
        List<Request> batch = new ArrayList<>();
        Set<JournalKey> rows = new HashSet<>();
        Set<JournalKey> passed = new HashSet<>(busy);
        Deque<Waiting> later = new ArrayDeque<>();
        boolean areTried = false;
        awaited = 0;
        isDue = false;
        for (Waiting each : waiting) {
            Optional<Request> due = each.request().due(each.isTried());
            if (due.isEmpty()) {
                continue;
            }
            Request request = due.get();
            // A batch makes its claims first, and then all changes.
            boolean isFree = !(each.isTried() && !triedAgain.isEmpty())
                    && Collections.disjoint(request.keys(), passed)
                    && !(request instanceof Request.Claiming && !Collections.disjoint(request.keys(), rows));
            boolean isTaken = isFree && batch.size() < MOST && (batch.isEmpty() || each.isTried() == areTried);
            if (isTaken) {
                areTried = each.isTried();
                batch.add(request);
                rows.addAll(request.keys());
            } else {
                later.add(each);
                passed.addAll(request.keys());
                awaited += isFree && each.isAwaited() ? 1 : 0;
            }
        }
        waiting = later;
        triedAgain = areTried ? batch : triedAgain;
        busy.addAll(rows);
        onTheirWay += batch.size();
        if (!batch.isEmpty()) {
            begun = System.nanoTime();
        }
        if (awaited > 0) {
            notify();
        }
        return batch;
    }

    /**
     * Ends a batch.
     *
     * @param again what is to be tried again, before all that came later
     */
    synchronized void ended(List<Request> batch, List<Request> again) {
        batch.forEach(request -> busy.removeAll(request.keys()));
        onTheirWay -= batch.size();
        triedAgain = batch.equals(triedAgain) ? List.of() : triedAgain;
        again.reversed().forEach(request -> waiting.addFirst(new Waiting(request, true, true)));
        isDue |= !again.isEmpty();
        int before = awaited;
        awaited = (int) waiting.stream().filter(Waiting::isAwaited).count();
        if (isDue || awaited > before) {
            notify();
        }
    }

    private static final int MOST = 1000;
    /** So many requests, of half as many messages, share the cost of a commit. */
    private static final int ENOUGH = 16;

    private static final Duration UNHURRIED = Duration.ofMillis(100);
    // A commit costs the database as much as about twenty rows. Each session sets batches this much further apart.
    private static final Duration GATHERING = Duration.ofNanos(250_000);

    private static final Duration MOST_GATHERING = Duration.ofMillis(10);
}
