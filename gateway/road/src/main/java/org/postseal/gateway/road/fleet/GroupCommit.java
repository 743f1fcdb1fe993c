package org.postseal.gateway.road.fleet;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.function.IntSupplier;
import java.util.stream.IntStream;
import org.postseal.certstore.database.Postgres;
import org.postseal.certstore.database.Sql;
import org.postseal.gateway.road.fleet.Request.Changes;
import org.postseal.gateway.road.fleet.Request.Claiming;
import org.postseal.gateway.road.journal.JournalException;
import org.postseal.gateway.road.journal.JournalKey;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the threads that write to the table of rows. What many sessions want becomes one transaction, and each session
 * goes on when that is committed. While one transaction waits for its flush, another one is on its way over another
 * connection. Thread-safe.
 *
 * <p>If the database fails, everything waits and is tried again over a new connection: claims until their sessions give
 * up, outcomes until they are written. Every statement may therefore be repeated after a commit whose answer was lost.
 * If the fault is of the data of one row, each request is tried by itself, and that one fails.
 */
final class GroupCommit implements AutoCloseable {
    private final Postgres database;
    private final DeliveryRows rows;
    private final Runnable tidying;
    private final RequestQueue queue;
    private final List<Thread> threads;
    private volatile String fault = "";
    /** When the first of the faults in a row came, by {@link System#nanoTime}. */
    private volatile long faultSince;

    /**
     * Starts the threads.
     *
     * @param sessions how many sessions are between a claim and its end
     * @param tidying runs once a minute
     */
    GroupCommit(Postgres database, DeliveryRows rows, IntSupplier sessions, Runnable tidying) {
        this.database = database;
        this.rows = rows;
        this.tidying = tidying;
        this.queue = new RequestQueue(sessions);
        this.threads = IntStream.range(0, CONNECTIONS)
                .mapToObj(number ->
                        Thread.ofPlatform().daemon().name("journal-" + number).start(new Committing(number == 0)::run))
                .toList();
    }

    /**
     * Makes a claim, and waits for its result no longer than this limit. A claim that is given up leaves something to
     * be undone, so there are no more claims while too much is left to do.
     */
    Claimed claim(DeliveryRows.Wanted wanted, Duration limit) throws JournalException {
        int before = queue.left();
        if (before >= MOST_WAITING) {
            throw new JournalException(
                    "the database of the fleet has not done " + before + " requests yet" + because());
        }
        Claiming claiming = new Claiming(wanted);
        queue.add(claiming, true);
        return awaitOrGiveUp(claiming.done(), limit);
    }

    /**
     * Writes changes that are of no use once the caller has given up.
     *
     * @return the rows that were not as they should have been, and are not written
     */
    Set<JournalKey> write(List<Change> changes, Duration limit) throws JournalException {
        Changes request = new Changes(changes, false);
        queue.add(request, true);
        return awaitOrGiveUp(request.done(), limit);
    }

    /**
     * Writes changes sooner or later. What is asked for after them is done after them.
     *
     * @param isAwaited true if the caller waits for the result
     */
    CompletableFuture<Set<JournalKey>> keep(List<Change> changes, boolean isAwaited) {
        if (changes.isEmpty()) {
            return CompletableFuture.completedFuture(Set.of());
        }
        Changes request = new Changes(changes, true);
        queue.add(request, isAwaited);
        return request.done();
    }

    private <T> T awaitOrGiveUp(CompletableFuture<T> done, Duration limit) throws JournalException {
        try {
            return await(done, limit);
        } finally {
            boolean _ = done.cancel(false);
        }
    }

    /** Waits for an answer of the database. What is asked for goes on if the wait ends without one. */
    <T> T await(CompletableFuture<T> done, Duration limit) throws JournalException {
        try {
            return done.get(Math.max(1, limit.toNanos()), TimeUnit.NANOSECONDS);
        } catch (ExecutionException e) {
            Throwable cause = Objects.requireNonNullElse(e.getCause(), e);
            throw new JournalException(String.valueOf(cause.getMessage()), cause);
        } catch (TimeoutException e) {
            throw new JournalException(
                    "the database of the fleet did not answer within " + limit.toMillis() + " ms" + because(), e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new JournalException("interrupted", e);
        }
    }

    /** Requires that no fault of the database lasts for longer than this. */
    void requireSound(Duration limit) throws JournalException {
        String now = fault;
        if (!now.isEmpty() && System.nanoTime() - faultSince > limit.toNanos()) {
            throw new JournalException(now);
        }
    }

    private String because() {
        return fault.isEmpty() ? "" : ": " + fault;
    }

    /** Tries for a while to write what is left. */
    @Override
    public void close() {
        queue.close();
        long end = System.nanoTime() + CLOSING.toNanos();
        try {
            for (Thread thread : threads) {
                boolean _ = thread.join(Duration.ofNanos(Math.max(1, end - System.nanoTime())));
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
        threads.forEach(Thread::interrupt);
        if (queue.left() > 0) {
            LOG.warn("{} requests to the database of the fleet were not done{}", queue.left(), because());
        }
    }

    /** One thread with its connection. */
    private final class Committing {
        private final Connection connection = new Connection(database);
        private final boolean tidies;
        private long tidied = System.nanoTime();
        /** What was tried of a batch, maybe with an effect, and is to be tried again. */
        private List<Request> again = new ArrayList<>();

        Committing(boolean tidies) {
            this.tidies = tidies;
        }

        void run() {
            try {
                while (!queue.isOver()) {
                    List<Request> batch = queue.take();
                    // After a fault, an empty batch finds out whether the database answers again.
                    boolean isIdle = batch.isEmpty() && (fault.isEmpty() || queue.left() > 0);
                    boolean answers = isIdle || commit(batch);
                    queue.ended(batch, again);
                    again = new ArrayList<>();
                    if (!answers) {
                        Thread.sleep(AGAIN);
                    } else if (tidies) {
                        tidy();
                    }
                }
            } catch (InterruptedException e) {
                LOG.debug("closed", e);
            } finally {
                connection.close();
            }
        }

        /** Writes a batch, or puts it among what is tried again. Returns false if the database does not answer. */
        private boolean commit(List<Request> batch) {
            try {
                transact(batch);
                if (!fault.isEmpty()) {
                    LOG.info("the database of the fleet answers again");
                    fault = "";
                }
                return true;
            } catch (SQLException e) {
                connection.close();
                return failed(batch, e);
            } catch (RuntimeException | Error e) {
                LOG.error("the journal fails in a way that nobody foresaw", e);
                connection.close();
                batch.forEach(request -> request.done().completeExceptionally(e));
                return true;
            }
        }

        private boolean failed(List<Request> batch, SQLException e) {
            String state = String.valueOf(e.getSQLState());
            boolean isOfData = state.startsWith("22") || state.startsWith("23");
            boolean isLocked = state.equals(LOCK_TIMEOUT);
            if (batch.size() > 1 && (isOfData || isLocked)) {
                return commitEach(batch);
            }
            if (isOfData) {
                LOG.error("the database of the fleet does not take a row", e);
                batch.forEach(request -> request.done().completeExceptionally(database.named(e)));
                return true;
            }
            again.addAll(batch);
            if (isLocked) {
                return true;
            }
            String now = String.valueOf(database.named(e).getMessage());
            if (!now.equals(fault)) {
                LOG.error("the database of the fleet fails: {}", now);
            }
            if (fault.isEmpty()) {
                faultSince = System.nanoTime();
            }
            fault = now;
            return false;
        }

        /** Writes each request by itself. Those that must wait keep behind them what is of the same rows. */
        private boolean commitEach(List<Request> batch) {
            boolean answers = true;
            for (Request request : batch) {
                Set<JournalKey> keys = request.keys();
                if (answers && again.stream().allMatch(left -> Collections.disjoint(left.keys(), keys))) {
                    answers = commit(List.of(request));
                } else {
                    again.add(request);
                }
            }
            return answers;
        }

        // A transaction makes its claims first. They wait for rows that other nodes insert or remove, and before that
        // it removes none, so that no two wait for each other.
        private void transact(List<Request> batch) throws SQLException {
            List<Claiming> claims = new ArrayList<>();
            List<Changes> all = new ArrayList<>();
            for (Request request : batch) {
                switch (request) {
                    case Claiming claiming -> claims.add(claiming);
                    case Changes changes -> all.add(changes);
                }
            }
            DeliveryRows.Committed committed = rows.commit(
                    connection.sql(),
                    claims.stream().map(Claiming::wanted).toList(),
                    all.stream().flatMap(each -> each.changes().stream()).toList());
            all.forEach(changes -> changes.done().complete(changes.missed(committed.changed())));
            for (int i = 0; i < claims.size(); i++) {
                Claimed claimed = committed.claimed().get(i);
                if (!claims.get(i).done().complete(claimed) && claimed instanceof Claimed.Taken) {
                    again.add(claims.get(i).undone());
                }
            }
        }

        private void tidy() {
            if (System.nanoTime() - tidied < TIDY_EVERY.toNanos()) {
                return;
            }
            try {
                tidying.run();
                Sql open = connection.sql();
                DeliveryRows.begin(open);
                int removed = rows.removeOld(open);
                open.execute("COMMIT");
                // While there are more rows to remove, this goes on at the next turn, between the sessions.
                if (removed == 0) {
                    tidied = System.nanoTime();
                }
            } catch (SQLException e) {
                tidied = System.nanoTime();
                LOG.warn("old rows are not removed: {}", database.named(e).getMessage());
                connection.close();
            } catch (RuntimeException e) {
                // Sessions wait for this thread.
                tidied = System.nanoTime();
                LOG.error("old rows are not removed: this fails in a way that nobody foresaw", e);
                connection.close();
            }
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(GroupCommit.class);
    private static final int CONNECTIONS = 3;
    private static final int MOST_WAITING = 10_000;
    private static final String LOCK_TIMEOUT = "55P03";
    private static final Duration AGAIN = Duration.ofMillis(100);
    private static final Duration CLOSING = Duration.ofSeconds(10);
    private static final Duration TIDY_EVERY = Duration.ofMinutes(1);
}
