package org.postseal.gateway.road.journal;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Objects;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.postseal.certstore.database.DatabaseException;
import org.postseal.certstore.database.Migrations;
import org.postseal.certstore.database.Sql;
import org.postseal.certstore.database.Sqlite;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the one platform thread that has the journal's file open. The requests of many callers become one transaction,
 * and so one write to the disk, and each caller is answered when that is done. If the last transaction served several
 * callers, the next one waits {@link #GATHERING} for them to come back, since a commit costs as much as about ten rows.
 * SQLite is native code and would pin the carrier of a virtual thread, so virtual threads wait here instead.
 * Thread-safe.
 *
 * <p>If a transaction fails, every caller in it gets the failure, and nothing of the transaction is in the file. The
 * file is opened anew for the next transaction, so that a repaired disk is used at once. A file that was replaced or
 * removed is noticed before each transaction. An {@link Error} counts as such a failure, too: if it ended the thread,
 * everybody would wait until a restart.
 */
final class CommitThread implements AutoCloseable {
    private final Sqlite sqlite;
    private final Duration timeLimit;
    private final Work<Integer> tidying;
    private final BlockingQueue<Job<?>> queue = new LinkedBlockingQueue<>();
    private final Thread thread;
    private volatile boolean isClosed;

    private @Nullable Sql sql;
    private @Nullable Object fileKey;
    private long tidied = System.nanoTime();
    private int lastWriters;

    /** Works on the file, on this thread. */
    interface Work<T> {
        T on(Sql sql) throws SQLException;
    }

    private record Job<T>(Work<T> work, boolean isWriting, CompletableFuture<T> done) {
        Runnable run(Sql sql) throws SQLException {
            T result = work.on(sql);
            return () -> done.complete(result);
        }
    }

    /**
     * Opens the file, or makes it if there is none, and starts the thread.
     *
     * @param tidying runs from time to time and returns how many rows it removed
     */
    CommitThread(Path file, Duration timeLimit, Work<Integer> tidying) throws JournalException {
        this.sqlite = new Sqlite(file, Duration.ofMillis(Math.max(1, timeLimit.toMillis() / 2)));
        this.timeLimit = timeLimit;
        this.tidying = tidying;
        try {
            open();
        } catch (SQLException e) {
            throw new JournalException(String.valueOf(sqlite.named(e).getMessage()), e);
        } catch (DatabaseException | IOException e) {
            throw new JournalException(String.valueOf(e.getMessage()), e);
        }
        this.thread = Thread.ofPlatform().daemon().name("journal").start(this::run);
    }

    /** Runs work that only reads, on the thread of the journal. Nothing is written to disk for it. */
    <T> T read(Work<T> work) throws JournalException {
        return await(new Job<>(work, false, new CompletableFuture<>()));
    }

    /** Runs the work in a transaction, which is on disk when this returns. */
    <T> T write(Work<T> work) throws JournalException {
        return await(new Job<>(work, true, new CompletableFuture<>()));
    }

    /** Runs the work in a transaction without waiting for it. Requests that come after it are done after it. */
    void writeLater(Work<Integer> work) {
        queue.add(new Job<>(work, true, new CompletableFuture<>()));
    }

    /** Waits without a limit until the thread takes a request, which does nothing. */
    void requireAnswer() throws JournalException {
        boolean _ = await(new Job<>(_ -> true, false, new CompletableFuture<>()), Duration.ofDays(1));
    }

    /** Lets the requests that are queued finish. */
    @Override
    public void close() {
        isClosed = true;
        queue.add(new Job<>(_ -> true, false, new CompletableFuture<>()));
        boolean isInterrupted = false;
        while (thread.isAlive()) {
            try {
                thread.join();
            } catch (InterruptedException e) {
                isInterrupted = true;
            }
        }
        if (isInterrupted) {
            Thread.currentThread().interrupt();
        }
    }

    private <T> T await(Job<T> job) throws JournalException {
        return await(job, timeLimit);
    }

    private <T> T await(Job<T> job, Duration limit) throws JournalException {
        if (isClosed) {
            throw new JournalException("the journal is closed");
        }
        queue.add(job);
        try {
            return job.done().get(limit.toNanos(), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            Throwable cause = Objects.requireNonNullElse(e.getCause(), e);
            throw new JournalException(String.valueOf(cause.getMessage()), cause);
        } catch (TimeoutException e) {
            throw new JournalException(sqlite.file() + " was not written within " + limit.toMillis() + " ms", e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new JournalException("interrupted", e);
        }
    }

    private void run() {
        try {
            while (!isClosed || !queue.isEmpty()) {
                Job<?> first = queue.poll(1, TimeUnit.SECONDS);
                if (first != null) {
                    run(batch(first));
                }
                tidy();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            closeFile();
            Job<?> left = queue.poll();
            while (left != null) {
                left.done().completeExceptionally(new JournalException("the journal is closed"));
                left = queue.poll();
            }
        }
    }

    private List<Job<?>> batch(Job<?> first) {
        List<Job<?>> batch = new ArrayList<>(List.of(first));
        queue.drainTo(batch, MOST - 1);
        if (lastWriters > 1 && batch.stream().anyMatch(Job::isWriting)) {
            LockSupport.parkNanos(GATHERING.toNanos());
            queue.drainTo(batch, MOST - batch.size());
        }
        lastWriters = Math.toIntExact(batch.stream().filter(Job::isWriting).count());
        return batch;
    }

    private void run(List<Job<?>> batch) {
        boolean isWriting = batch.stream().anyMatch(Job::isWriting);
        try {
            Sql open = openAsItShould();
            List<Runnable> answers = new ArrayList<>();
            if (isWriting) {
                Sqlite.beginWriting(open);
            }
            try {
                for (Job<?> job : batch) {
                    answers.add(job.run(open));
                }
                if (isWriting) {
                    Sqlite.commit(open);
                }
            } catch (SQLException | RuntimeException | Error e) {
                if (isWriting) {
                    Sqlite.rollback(open, e);
                }
                throw e;
            }
            answers.forEach(Runnable::run);
        } catch (SQLException e) {
            failed(batch, sqlite.named(e));
        } catch (IOException | RuntimeException e) {
            failed(batch, e);
        } catch (Error e) {
            LOG.error("the journal fails in a way that nobody foresaw", e);
            failed(batch, new IllegalStateException(e.toString(), e));
        }
    }

    private void failed(List<Job<?>> batch, Exception cause) {
        batch.forEach(job -> job.done().completeExceptionally(cause));
        LOG.error("the journal fails: {}", cause.getMessage());
        closeFile();
    }

    private Sql openAsItShould() throws SQLException, IOException {
        Sql open = sql;
        if (open != null && Objects.equals(fileKey, identity())) {
            return open;
        }
        if (open != null) {
            LOG.error("{} was replaced or removed: the record of earlier attempts is lost", sqlite.file());
            closeFile();
            // These files belong to the old file, and SQLite would read them into the new one.
            Files.deleteIfExists(Path.of(sqlite.file() + "-wal"));
            Files.deleteIfExists(Path.of(sqlite.file() + "-shm"));
        }
        return open();
    }

    private Sql open() throws SQLException, IOException {
        sqlite.createFile();
        Sql opened = sqlite.connect(CACHE_KIBIBYTES);
        try {
            // The file holds no keys.
            opened.execute("PRAGMA secure_delete = OFF");
            Sqlite.beginWriting(opened);
            // This also fails at once if the file can only be read.
            Migrations.apply(opened, sqlite.isEmpty(opened), Instant.now(), JournalFile.STEPS);
            if (!opened.exists("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'delivery'")) {
                throw new IOException(sqlite.file() + " is another database of Postseal, not a journal");
            }
            Sqlite.commit(opened);
            fileKey = identity();
            sql = opened;
            return opened;
        } catch (SQLException | IOException | RuntimeException e) {
            opened.close();
            throw e;
        }
    }

    private Object identity() throws IOException {
        BasicFileAttributes attributes =
                Files.exists(sqlite.file()) ? Files.readAttributes(sqlite.file(), BasicFileAttributes.class) : null;
        return attributes == null || attributes.fileKey() == null ? "none" : attributes.fileKey();
    }

    private void closeFile() {
        Sql open = sql;
        sql = null;
        if (open != null) {
            try {
                open.close();
            } catch (SQLException | RuntimeException | Error e) {
                // The file may be the reason why closing it fails.
                LOG.debug("journal not closed cleanly", e);
            }
        }
    }

    private void tidy() {
        if (System.nanoTime() - tidied < TIDY_EVERY.toNanos()) {
            return;
        }
        CompletableFuture<Integer> gone = new CompletableFuture<>();
        run(List.of(new Job<>(tidying, true, gone)));
        // While there are more rows to remove, tidying goes on at the next turn, between the callers.
        boolean isDone = gone.isCompletedExceptionally() || gone.getNow(0) == 0;
        tidied = isDone ? System.nanoTime() : tidied;
    }

    private static final Logger LOG = LoggerFactory.getLogger(CommitThread.class);
    private static final int MOST = 1000;
    private static final int CACHE_KIBIBYTES = 8 << 10;
    private static final Duration GATHERING = Duration.ofNanos(400_000);
    private static final Duration TIDY_EVERY = Duration.ofMinutes(1);
}
