package org.postseal.certstore.database;

import java.sql.SQLException;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CompletionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Function;
import org.postseal.certstore.database.DatabaseException.Fault;

/**
 * Platform threads that work for callers, each with a connection of its own. SQLite is native code, which would pin the
 * carrier of a virtual thread, so a virtual thread waits here instead. To PostgreSQL, the threads bound the number of
 * connections. Thread-safe.
 */
final class Lanes implements AutoCloseable {
    // An empty element ends one thread.
    private final BlockingQueue<Optional<Job<?>>> queue = new LinkedBlockingQueue<>();
    private final List<Thread> threads = new ArrayList<>();
    private volatile boolean isClosed;

    Lanes(String name, List<Link> links) {
        for (Link link : links) {
            threads.add(Thread.ofPlatform().daemon().name(name, threads.size()).unstarted(() -> Lane.run(queue, link)));
        }
        threads.forEach(Thread::start);
    }

    /** Runs {@code work} on one of the threads and waits for it. */
    <T> T call(Function<Sql, T> work) {
        if (Lane.isCurrentThread()) {
            throw new IllegalStateException("inside a transaction everything goes through the transaction");
        }
        Job<T> own = new Job<>(work, new CompletableFuture<>());
        Optional<Job<?>> job = Optional.of(own);
        if (isClosed) {
            throw closed();
        }
        queue.add(job);
        if (isClosed && queue.remove(job)) {
            throw closed();
        }
        try {
            // The wait cannot be interrupted: the transaction runs to its end, and the caller must know its outcome.
            return own.result().join();
        } catch (CompletionException e) {
            throw e.getCause() instanceof RuntimeException cause ? cause : e;
        }
    }

    /** Closes the threads after all queued work has ended. */
    @Override
    public void close() {
        isClosed = true;
        threads.forEach(_ -> queue.add(Optional.empty()));
        for (Thread thread : threads) {
            boolean interrupted = false;
            while (thread.isAlive()) {
                try {
                    thread.join();
                } catch (InterruptedException e) {
                    interrupted = true;
                }
            }
            if (interrupted) {
                Thread.currentThread().interrupt();
            }
        }
    }

    private static DatabaseException closed() {
        return new DatabaseException(Fault.CLOSED, "the database is closed");
    }

    private record Job<T>(Function<Sql, T> work, CompletableFuture<T> result) {
        void run(Link link) {
            try {
                result.complete(work.apply(link.sql()));
            } catch (RuntimeException | Error e) {
                // The fault belongs to the caller, who waits for the result.
                result.completeExceptionally(e);
            }
        }
    }

    private static final class Lane {
        private static final ThreadLocal<Boolean> CURRENT = ThreadLocal.withInitial(() -> false);

        static boolean isCurrentThread() {
            return CURRENT.get();
        }

        static void run(BlockingQueue<Optional<Job<?>>> queue, Link link) {
            CURRENT.set(true);
            try (link) {
                for (Optional<Job<?>> job = queue.take(); job.isPresent(); job = queue.take()) {
                    job.get().run(link);
                }
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            } catch (SQLException ignored) {
                // Closing failed, and there is nothing left to do with the connection.
            }
        }
    }
}
