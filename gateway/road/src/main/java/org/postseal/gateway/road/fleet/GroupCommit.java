package org.postseal.gateway.road.fleet;

import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import java.util.concurrent.locks.LockSupport;
import java.util.function.IntSupplier;
import java.util.stream.Stream;
import org.postseal.certstore.database.Postgres;
import org.postseal.certstore.database.Sql;
import org.postseal.gateway.road.journal.JournalEntry;
import org.postseal.gateway.road.journal.JournalException;
import org.postseal.gateway.road.journal.JournalKey;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Runs the one thread that writes to the table of rows. What many sessions want becomes one transaction, and each
 * session goes on when that is committed. Thread-safe.
 *
 * <p>If the database fails, everything waits and is tried again over a new connection: claims until their sessions give
 * up, outcomes until they are written. Every statement may therefore be repeated after a commit whose answer was lost.
 * If the fault is of the data of one row, each request is tried by itself, and that one fails.
 */
final class GroupCommit implements AutoCloseable {
    private final Postgres database;
    private final Connection connection;
    private final DeliveryRows rows;
    private final Runnable tidying;
    private final IntSupplier sessions;
    private final BlockingQueue<Request> queue = new LinkedBlockingQueue<>();
    /** Holds the requests for which no session waits. */
    private final BlockingQueue<Request> unhurried = new LinkedBlockingQueue<>();

    /** What was tried, maybe with an effect, and is to be tried again. */
    private final List<Request> waiting = new ArrayList<>();

    private final Thread thread;
    /** When the last batch was begun, by {@link System#nanoTime}. */
    private long begun = System.nanoTime();

    private volatile boolean isGathering;
    /** How many requests are being done, or are waiting to be tried again. */
    private volatile int left;

    private volatile boolean isClosed;
    private volatile String fault = "";

    private long tidied = System.nanoTime();

    private sealed interface Request {
        CompletableFuture<?> done();

        Set<JournalKey> keys();

        /** Returns true if nobody waits for it any more, so that it need not be done. */
        default boolean isGivenUp() {
            return done().isDone();
        }
    }

    private record Claiming(DeliveryRows.Wanted wanted, CompletableFuture<Claimed> done) implements Request {
        @Override
        public Set<JournalKey> keys() {
            return JournalEntry.keys(wanted.rows());
        }

        /** Returns what gives back the rows of a claim that may have been made although nobody waits for it. */
        Changes undone() {
            return new Changes(
                    wanted.rows().stream()
                            .flatMap(row -> Stream.of(
                                    new Change(Change.Kind.REMOVE, row), new Change(Change.Kind.GIVE_BACK, row)))
                            .toList(),
                    true,
                    new CompletableFuture<>());
        }
    }

    /** @param isKept true if it must be done although nobody waits for it */
    private record Changes(List<Change> changes, boolean isKept, CompletableFuture<Set<JournalKey>> done)
            implements Request {
        @Override
        public Set<JournalKey> keys() {
            return JournalEntry.keys(changes.stream().map(Change::row).toList());
        }

        @Override
        public boolean isGivenUp() {
            return !isKept && done.isDone();
        }

        /** Returns the rows that are not as they should have been. */
        Set<JournalKey> missed(Map<Change.Kind, Set<JournalKey>> written) {
            return JournalEntry.keys(changes.stream()
                    .filter(change -> !written.getOrDefault(change.kind(), Set.of())
                            .contains(change.row().key()))
                    .map(Change::row)
                    .toList());
        }
    }

    /**
     * Starts the thread.
     *
     * @param sessions how many sessions are between a claim and its end
     * @param tidying runs once a minute
     */
    GroupCommit(Postgres database, DeliveryRows rows, IntSupplier sessions, Runnable tidying) {
        this.sessions = sessions;
        this.database = database;
        this.connection = new Connection(database);
        this.rows = rows;
        this.tidying = tidying;
        this.thread = Thread.ofPlatform().daemon().name("journal").start(this::run);
    }

    /**
     * Makes a claim, and waits for its result no longer than this limit. A claim that is given up leaves something to
     * be undone, so there are no more claims while too much is left to do.
     */
    Claimed claim(DeliveryRows.Wanted wanted, Duration limit) throws JournalException {
        int before = queue.size() + unhurried.size() + left;
        if (before >= MOST_WAITING) {
            throw new JournalException(
                    "the database of the fleet has not done " + before + " requests yet" + because());
        }
        return awaitOrGiveUp(add(queue, new Claiming(wanted, new CompletableFuture<>())), limit);
    }

    /**
     * Writes changes that are of no use once the caller has given up.
     *
     * @return the rows that were not as they should have been, and are not written
     */
    Set<JournalKey> write(List<Change> changes, Duration limit) throws JournalException {
        return awaitOrGiveUp(add(queue, new Changes(changes, false, new CompletableFuture<>())), limit);
    }

    /**
     * Writes changes sooner or later. What is asked for after them is done after them.
     *
     * @param isAwaited true if the caller waits for the result
     */
    CompletableFuture<Set<JournalKey>> keep(List<Change> changes, boolean isAwaited) {
        return changes.isEmpty()
                ? CompletableFuture.completedFuture(Set.of())
                : add(isAwaited ? queue : unhurried, new Changes(changes, true, new CompletableFuture<>()));
    }

    private CompletableFuture<Claimed> add(BlockingQueue<Request> to, Claiming request) {
        to.add(request);
        beginIfEnough();
        return request.done();
    }

    private CompletableFuture<Set<JournalKey>> add(BlockingQueue<Request> to, Changes request) {
        to.add(request);
        beginIfEnough();
        return request.done();
    }

    private void beginIfEnough() {
        if (isGathering && isEnough()) {
            LockSupport.unpark(thread);
        }
    }

    private boolean isEnough() {
        return queue.size() >= Math.min(ENOUGH, sessions.getAsInt() / 2);
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

    private String because() {
        return fault.isEmpty() ? "" : ": " + fault;
    }

    /** Tries for a while to write what is left. */
    @Override
    public void close() {
        isClosed = true;
        queue.add(new Changes(List.of(), false, CompletableFuture.completedFuture(Set.of())));
        try {
            boolean isEnded = thread.join(CLOSING);
            if (!isEnded) {
                thread.interrupt();
            }
        } catch (InterruptedException e) {
            thread.interrupt();
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try {
            while (!isClosed || !waiting.isEmpty() || !queue.isEmpty() || !unhurried.isEmpty()) {
                List<Request> batch = batch();
                left = batch.size();
                if (batch.isEmpty() || commit(batch)) {
                    tidy();
                }
                left = waiting.size();
            }
        } catch (InterruptedException e) {
            LOG.warn(
                    "{} requests to the database of the fleet were not done: {}",
                    waiting.size() + queue.size() + unhurried.size(),
                    fault);
        } finally {
            connection.close();
        }
    }

    private List<Request> batch() throws InterruptedException {
        List<Request> fresh = new ArrayList<>();
        if (waiting.isEmpty()) {
            Request first = queue.poll(UNHURRIED.toMillis(), TimeUnit.MILLISECONDS);
            if (first != null) {
                fresh.add(first);
                gather();
            }
        }
        queue.drainTo(fresh, MOST);
        // What somebody waits for may be about a row of which nobody waits for an earlier change: that comes along.
        unhurried.drainTo(fresh, MOST);
        List<Request> batch = new ArrayList<>();
        for (Request tried : waiting) {
            if (!tried.isGivenUp()) {
                batch.add(tried);
            } else if (tried instanceof Claiming claiming) {
                batch.add(claiming.undone());
            }
        }
        waiting.clear();
        fresh.stream().filter(request -> !request.isGivenUp()).forEach(batch::add);
        return batch;
    }

    /** Lets more come: the more sessions there are, the more is likely to. */
    private void gather() {
        long apart = Math.min(MOST_GATHERING.toNanos(), sessions.getAsInt() * GATHERING.toNanos());
        isGathering = true;
        long rest = begun + apart - System.nanoTime();
        while (rest > 0 && !isEnough()) {
            LockSupport.parkNanos(rest);
            rest = begun + apart - System.nanoTime();
        }
        isGathering = false;
        begun = System.nanoTime();
    }

    /** Writes a batch, or puts it among those that are tried again. Returns false if the database does not answer. */
    private boolean commit(List<Request> batch) throws InterruptedException {
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

    private boolean failed(List<Request> batch, SQLException e) throws InterruptedException {
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
        waiting.addAll(batch);
        if (isLocked) {
            return true;
        }
        String now = String.valueOf(database.named(e).getMessage());
        if (!now.equals(fault)) {
            LOG.error("the database of the fleet fails: {}", now);
        }
        fault = now;
        Thread.sleep(AGAIN);
        return false;
    }

    /** Writes each request by itself. Those that must wait keep behind them what is of the same rows. */
    private boolean commitEach(List<Request> batch) throws InterruptedException {
        boolean answers = true;
        for (Request request : batch) {
            Set<JournalKey> keys = request.keys();
            if (answers && waiting.stream().allMatch(left -> Collections.disjoint(left.keys(), keys))) {
                answers = commit(List.of(request));
            } else {
                waiting.add(request);
            }
        }
        return answers;
    }

    private void transact(List<Request> batch) throws SQLException {
        Sql open = connection.sql();
        List<Change> changes = batch.stream()
                .flatMap(request -> request instanceof Changes all ? all.changes().stream() : Stream.empty())
                .toList();
        Set<JournalKey> changing =
                JournalEntry.keys(changes.stream().map(Change::row).toList());
        List<Claiming> claims = new ArrayList<>();
        List<Claiming> later = new ArrayList<>();
        for (Request request : batch) {
            if (request instanceof Claiming claiming) {
                (Collections.disjoint(claiming.keys(), changing) ? claims : later).add(claiming);
            }
        }
        // A claim waits for rows that other nodes insert or remove. Before that, this transaction removes none, so that
        // no two wait for each other. Claims of the same rows come after the changes, in the next transaction.
        List<Claimed> claimed = claims.isEmpty()
                ? List.of()
                : rows.claim(open, claims.stream().map(Claiming::wanted).toList());
        Map<Change.Kind, Set<JournalKey>> written = rows.commit(open, !claims.isEmpty(), changes);
        waiting.addAll(later);
        for (Request request : batch) {
            if (request instanceof Changes all) {
                boolean _ = all.done().complete(all.missed(written));
            }
        }
        for (int i = 0; i < claims.size(); i++) {
            if (!claims.get(i).done().complete(claimed.get(i)) && claimed.get(i) instanceof Claimed.Taken) {
                waiting.add(claims.get(i).undone());
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

    private static final Logger LOG = LoggerFactory.getLogger(GroupCommit.class);
    private static final int MOST = 1000;
    private static final int MOST_WAITING = 10_000;
    /** So many requests, of half as many messages, share the cost of a commit. */
    private static final int ENOUGH = 16;

    private static final Duration UNHURRIED = Duration.ofMillis(100);
    // A commit costs the database as much as about twenty rows. Each session sets batches this much further apart.
    private static final Duration GATHERING = Duration.ofNanos(250_000);

    private static final Duration MOST_GATHERING = Duration.ofMillis(10);
    private static final String LOCK_TIMEOUT = "55P03";
    private static final Duration AGAIN = Duration.ofMillis(100);
    private static final Duration CLOSING = Duration.ofSeconds(10);
    private static final Duration TIDY_EVERY = Duration.ofMinutes(1);
}
