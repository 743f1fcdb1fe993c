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
 * Questions under way, one per address at most: whoever asks the same meanwhile waits for the same answer. Thread-safe.
 *
 * <p>Each runs on a virtual thread of its own, so that an interrupted caller spoils it for nobody else. A result lands in the cache while its flight still is the one
 * under way for the address, in one step with the end of the flight. {@link #detach} ends it for the cache: those who wait get the answer they asked for,
 * but it does not outlive them. Therefore an answer from before an invalidation can never be cached after it.
 */
final class Flights<V> {
    private final ConcurrentHashMap<MailAddress, Flight<V>> underWay = new ConcurrentHashMap<>();

    /** What is to be found out. */
    interface Task<V> {
        /** What another flight has found between the caller's look at the cache and this flight. */
        Optional<V> known();

        /** Finds it out; may block. */
        V ask();

        /** Puts it into the cache. */
        void land(V value);

        /** What to take for the answer when nobody waits any longer. */
        V overdue();
    }

    /** One question under way. */
    static final class Flight<V> {
        private final Task<V> task;
        private final CompletableFuture<V> result = new CompletableFuture<>();
        private final long start = System.nanoTime();
        private volatile @Nullable Thread thread;

        private Flight(Task<V> task) {
            this.task = task;
        }
    }

    /** The flight for {@code address}; a new one for {@code task} unless one is under way. */
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

    /** Waits without limit, for tasks that have one themselves. */
    V await(Flight<V> flight) {
        try {
            return flight.result.get();
        } catch (InterruptedException e) {
            throw interrupted(e);
        } catch (ExecutionException e) {
            throw rethrown(e);
        }
    }

    /** Waits until {@code deadline} after the start of the flight; it is then given up for everybody. */
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

    /** What is under way for {@code address} is not to be cached. */
    void detach(MailAddress address) {
        underWay.remove(address);
    }

    /** Nothing that is under way is to be cached. */
    void detachAll() {
        underWay.keySet().forEach(underWay::remove);
    }

    private void run(MailAddress address, Flight<V> flight) {
        V value;
        try {
            value = flight.task.known().orElseGet(flight.task::ask);
        } catch (RuntimeException | Error e) {
            // the end of the thread: whatever it was, those who wait are to have it
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
        return new StoreUnavailableException("interrupted while waiting for the directory", e);
    }

    private static RuntimeException rethrown(ExecutionException e) {
        return switch (e.getCause()) {
            case Error error -> throw error;
            case StoreUnavailableException unavailable ->
                // a new one for each of those who wait, with his own trace
                new StoreUnavailableException(String.valueOf(unavailable.getMessage()), unavailable);
            case RuntimeException runtime -> runtime;
            case null, default -> new IllegalStateException(e);
        };
    }
}
