package org.postseal.certstore.directory;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.StoreUnavailableException;

/**
 * Holds the questions under way, at most one per address. Callers with the same question wait for the same answer.
 * Thread-safe.
 *
 * <p>Each question runs on a virtual thread of its own, so an interrupted caller does not spoil it for the others. A
 * result is cached only while its flight is still the current one for the address, in one step with the end of the
 * flight. {@link #detachAll} takes that role from all flights: their callers get the answers that they asked for, but
 * these are not cached. So an answer from before an invalidation can never be cached after it.
 */
final class Flights<V> {
    private final ConcurrentHashMap<MailAddress, Flight<V>> underWay = new ConcurrentHashMap<>();

    /** A question and how to answer it. */
    interface Task<V> {
        /** Returns what another flight found between the caller's look at the cache and the start of this flight. */
        Optional<V> known();

        /** Answers the question, which may block. */
        V ask();

        /** Puts the answer into the cache. */
        void land(V value);

        /** Returns the answer to use if the deadline has passed. */
        V overdue();
    }

    /** A question that is being answered. */
    static final class Flight<V> {
        private final Task<V> task;
        private final CompletableFuture<V> result = new CompletableFuture<>();
        private final long start = System.nanoTime();
        private volatile @Nullable Thread thread;

        private Flight(Task<V> task) {
            this.task = task;
        }
    }

    /** Returns the flight under way for {@code address}, or starts one for {@code task}. */
    Flight<V> join(MailAddress address, Task<V> task) {
        Flight<V> mine = new Flight<>(task);
        Flight<V> other = underWay.putIfAbsent(address, mine);
        if (other != null) {
            return other;
        }
        Thread thread = Thread.ofVirtual().name("directory").unstarted(() -> run(address, mine));
        mine.thread = thread;
        thread.start();
        return mine;
    }

    /** Waits without a deadline. This is for tasks that have a limit of their own. */
    V await(Flight<V> flight) {
        try {
            return flight.result.get();
        } catch (InterruptedException e) {
            throw interrupted(e);
        } catch (ExecutionException e) {
            throw rethrown(e);
        }
    }

    /** Waits until {@code deadline} after the start of the flight. Then the flight is given up for all its callers. */
    V await(MailAddress address, Flight<V> flight, Duration deadline) {
        try {
            long left = deadline.toNanos() - (System.nanoTime() - flight.start);
            return flight.result.get(Math.max(0, left), TimeUnit.NANOSECONDS);
        } catch (TimeoutException e) {
            giveUp(address, flight);
            return flight.result.join();
        } catch (InterruptedException e) {
            throw interrupted(e);
        } catch (ExecutionException e) {
            throw rethrown(e);
        }
    }

    /** Prevents all answers under way from being cached. */
    void detachAll() {
        underWay.keySet().forEach(underWay::remove);
    }

    private void run(MailAddress address, Flight<V> flight) {
        V value;
        try {
            value = flight.task.known().orElseGet(flight.task::ask);
        } catch (RuntimeException | Error e) {
            // The thread ends here, so the waiting callers must get the failure, whatever it is.
            underWay.remove(address, flight);
            flight.result.completeExceptionally(e);
            return;
        }
        land(address, flight, value);
        flight.result.complete(value);
    }

    private void giveUp(MailAddress address, Flight<V> flight) {
        V value = flight.task.overdue();
        if (flight.result.complete(value)) {
            land(address, flight, value);
            Thread thread = flight.thread;
            if (thread != null) {
                thread.interrupt();
            }
        }
    }

    private void land(MailAddress address, Flight<V> flight, V value) {
        underWay.computeIfPresent(address, (_, current) -> {
            if (current != flight) {
                return current;
            }
            flight.task.land(value);
            return null;
        });
    }

    private static StoreUnavailableException interrupted(InterruptedException e) {
        Thread.currentThread().interrupt();
        return new StoreUnavailableException("interrupted while waiting for a certificate source", e);
    }

    private static RuntimeException rethrown(ExecutionException e) {
        return switch (e.getCause()) {
            case Error error -> throw error;
            case StoreUnavailableException unavailable ->
                // Each waiting caller gets a new exception with its own trace.
                new StoreUnavailableException(String.valueOf(unavailable.getMessage()), unavailable);
            case RuntimeException runtime -> runtime;
            case null, default -> new IllegalStateException(e);
        };
    }
}
