package org.postseal.gateway.road.fleet;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.FutureTask;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.jspecify.annotations.Nullable;
import org.postseal.certstore.database.Postgres;
import org.postseal.certstore.database.PostgresServer;
import org.postseal.certstore.database.Sql;
import org.postseal.gateway.mail.QueueId;
import org.postseal.gateway.road.fleet.Membership.Lease;
import org.postseal.gateway.road.fleet.Membership.Node;
import org.postseal.gateway.road.journal.Journal;
import org.postseal.gateway.road.journal.JournalContract;
import org.postseal.gateway.road.journal.JournalEntry;
import org.postseal.gateway.road.journal.JournalException;
import org.postseal.gateway.road.journal.JournalKey;
import org.postseal.gateway.road.journal.JournalState;
import org.postseal.gateway.testkit.Await;

/** Nodes over one database that send to one next hop, which counts copies. */
final class TestFleet implements AutoCloseable {
    private final String url;
    private final Path folder;
    private final Lease lease;
    private final Map<String, TestNode> nodes = new ConcurrentHashMap<>();
    private final Map<JournalKey, AtomicInteger> copies = new ConcurrentHashMap<>();
    private final AtomicInteger attempts = new AtomicInteger();
    private volatile Duration answersAfter = Duration.ZERO;

    TestFleet(String url, Path folder, Lease lease) {
        this.url = url;
        this.folder = folder;
        this.lease = lease;
    }

    /** Lets the next hop answer the final dot so much later. */
    void answerAfter(Duration time) {
        answersAfter = time;
    }

    /** Returns the running node of this name, and starts it if there is none. */
    TestNode node(String name) throws JournalException {
        return node(name, Duration.ofSeconds(10));
    }

    synchronized TestNode node(String name, Duration timeLimit) throws JournalException {
        TestNode running = nodes.get(name);
        if (running == null) {
            running = TestNode.start(url, folder, name, lease, timeLimit);
            nodes.put(name, running);
        }
        return running;
    }

    /** Starts another process with the name of a node. It has a ledger of its own, as on another machine. */
    TestNode twin(String name) throws JournalException {
        TestNode twin = TestNode.start(
                url,
                folder.resolve("twin").toFile().mkdir() ? folder.resolve("twin") : folder,
                name,
                lease,
                Duration.ofSeconds(10));
        nodes.put("twin of " + name, twin);
        return twin;
    }

    /** Kills a node, if it runs. */
    synchronized void kill(String name) {
        TestNode running = nodes.remove(name);
        if (running != null) {
            running.kill();
        }
    }

    /** What became of an attempt. */
    enum End {
        SENT,
        SENT_IN_DOUBT,
        SUPPRESSED
    }

    /** Sends a message to these recipients, as the road does, and says what became of the first. */
    Ended attempt(TestNode node, List<JournalKey> recipients, Optional<String> ident) throws JournalException {
        QueueId queueId = new QueueId("A" + attempts.incrementAndGet());
        List<JournalEntry> begun = recipients.stream()
                .map(key -> row(key, JournalState.PREPARED, queueId, ident, "", 0))
                .toList();
        try (Journal.Claim claim = node.claim(begun)) {
            Map<JournalKey, JournalEntry> known = claim.entries();
            List<JournalKey> suppressed = recipients.stream()
                    .filter(key -> known.containsKey(key) && known.get(key).isSuppressing())
                    .toList();
            if (!suppressed.isEmpty()) {
                claim.suppressed(suppressed, queueId);
            }
            List<JournalEntry> rows = begun.stream()
                    .filter(row -> !suppressed.contains(row.key()))
                    .map(row -> row(row.key(), JournalState.PREPARED, queueId, ident, "", doubts(known.get(row.key()))))
                    .toList();
            if (rows.isEmpty()) {
                return new Ended(queueId, End.SUPPRESSED);
            }
            claim.prepared(rows);
            claim.requireHeld();
            int _ = node.alive(() -> rows.stream()
                    .mapToInt(row -> copies.computeIfAbsent(row.key(), _ -> new AtomicInteger())
                            .incrementAndGet())
                    .sum());
            pause(answersAfter);
            List<JournalEntry> accepted = rows.stream()
                    .map(row -> row(row.key(), JournalState.ACCEPTED, queueId, ident, "250 2.0.0 queued", row.doubts()))
                    .toList();
            boolean _ = node.alive(() -> {
                claim.accepted(accepted);
                return true;
            });
            claim.settled(accepted, true);
            boolean _ = node.alive(() -> true);
            return new Ended(queueId, rows.getFirst().doubts() > 0 ? End.SENT_IN_DOUBT : End.SENT);
        }
    }

    private static void pause(Duration time) {
        try {
            Thread.sleep(time);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    record Ended(QueueId queueId, End end) {}

    private static int doubts(@Nullable JournalEntry before) {
        if (before == null) {
            return 0;
        }
        int earlier = before.told().isEmpty() ? before.doubts() : 0;
        return before.isInDoubt() ? earlier + 1 : earlier;
    }

    static JournalEntry row(
            JournalKey key, JournalState state, QueueId queueId, Optional<String> ident, String reply, int doubts) {
        return new JournalEntry(
                key,
                state,
                queueId.text(),
                ident,
                key.hex().substring(0, 8) + "@example.com",
                1,
                reply,
                Optional.empty(),
                doubts,
                Instant.now());
    }

    /** Returns how many copies the next hop has for a recipient. */
    int copies(JournalKey key) {
        AtomicInteger count = copies.get(key);
        return count == null ? 0 : count.get();
    }

    /** Returns the first value of a query on the database. */
    String query(String sql) throws SQLException {
        try (Connection connection = DriverManager.getConnection(url)) {
            return first(connection, sql);
        }
    }

    private static String first(Connection connection, String sql) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet rows = statement.executeQuery(sql)) {
            return rows.next() ? String.valueOf(rows.getString(1)) : "none";
        }
    }

    /**
     * Waits until the query has this value first. It looks by one connection, since the server starts a process for
     * each.
     */
    void await(String sql, String expected) {
        try (Connection connection = DriverManager.getConnection(url)) {
            Await.until(
                    () -> {
                        try {
                            return first(connection, sql).equals(expected);
                        } catch (SQLException e) {
                            throw new IllegalStateException(e);
                        }
                    },
                    () -> sql + " does not give " + expected);
        } catch (SQLException e) {
            throw new IllegalStateException(e);
        }
    }

    void execute(String sql) throws SQLException {
        PostgresServer.execute(url, sql);
    }

    interface Work<T> {
        T on(DeliveryRows table, Sql sql) throws SQLException;
    }

    /** Does something with the table that no node does. */
    static <T> T onTable(String url, Work<T> work) throws SQLException {
        try (Sql sql = new Postgres(url, Duration.ofSeconds(10)).connect()) {
            T result = work.on(
                    new DeliveryRows(() -> new Node("none", 1, true, 0), Lease.DEFAULT, TestNode.RETENTION), sql);
            sql.execute("COMMIT");
            return result;
        }
    }

    /** Does something on a thread of its own; the common pool may have one thread only. */
    static <T> Future<T> async(Callable<T> work) {
        FutureTask<T> task = new FutureTask<>(work);
        Thread _ = Thread.ofVirtual().start(task);
        return task;
    }

    /** Looks ten times a second whether something is over. */
    static boolean isOver(CountDownLatch latch) {
        try {
            return latch.await(100, TimeUnit.MILLISECONDS);
        } catch (InterruptedException e) {
            throw new IllegalStateException(e);
        }
    }

    int doubtsOf(JournalKey key) throws SQLException {
        String doubts = query("SELECT doubts FROM fleet_delivery WHERE key = '\\x" + key.hex() + "'");
        return doubts.equals("none") ? 0 : Integer.parseInt(doubts);
    }

    static JournalKey key(int number) {
        return JournalContract.key(number);
    }

    @Override
    public void close() {
        nodes.values().forEach(TestNode::kill);
        nodes.clear();
    }
}
