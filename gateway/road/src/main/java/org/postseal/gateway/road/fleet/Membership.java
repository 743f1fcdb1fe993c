package org.postseal.gateway.road.fleet;

import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;
import org.postseal.certstore.database.Postgres;
import org.postseal.certstore.database.Sql;
import org.postseal.gateway.road.journal.JournalException;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * This process in the table of nodes. A thread with a connection of its own writes again and again that the node is
 * alive, until a younger process of the same name has started: that one fences this one. Thread-safe.
 *
 * <p>Times in the table are of the database's clock. How old the last answer of the database is, the monotonic clock of
 * this machine says.
 */
public final class Membership implements AutoCloseable {
    private final Postgres database;
    private final Node node;
    private final Lease lease;
    private final Thread thread;
    /** A time of {@link System#nanoTime}: the table has a time of this node that is not older. */
    private volatile long alive;

    private volatile boolean isFenced;
    private volatile boolean isClosed;
    private @Nullable Sql sql;

    /**
     * Says how long a node that is not heard of keeps its rows.
     *
     * @param length for so long a node counts as alive
     * @param grace for so long after that, nobody takes its rows, so that it can come back and say what it knows
     */
    public record Lease(Duration length, Duration grace) {
        public static final Lease DEFAULT = new Lease(Duration.ofSeconds(10), Duration.ofMinutes(2));

        /** Returns the time after which others may take the rows of a node. */
        Duration end() {
            return length.plus(grace);
        }
    }

    /**
     * One process of a node.
     *
     * @param isNew true if no earlier process of this name has been in the fleet
     */
    record Node(String name, long incarnation, boolean isNew) {}

    private Membership(Postgres database, Node node, Lease lease, Sql sql, long alive) {
        this.database = database;
        this.node = node;
        this.lease = lease;
        this.sql = sql;
        this.alive = alive;
        this.thread = Thread.ofPlatform().daemon().name("fleet-" + node.name()).unstarted(this::run);
    }

    /**
     * Makes the tables if there are none, and enters this process into the table of nodes. An older process of the same
     * name is fenced by that.
     *
     * @param name the name of this node, which no other node has
     * @param version of the program, for people
     */
    public static Membership join(Postgres database, String name, String version, Lease lease) throws JournalException {
        long start = System.nanoTime();
        try {
            Sql sql = database.connect();
            try {
                FleetSchema.apply(sql);
                Node node = sql.first(
                                JOIN,
                                row -> new Node(name, row.getLong("incarnation"), row.getLong("caught_up") == 0),
                                name,
                                version,
                                lease.length().toMillis())
                        .orElseThrow();
                Membership membership = new Membership(database, node, lease, sql, start);
                membership.thread.start();
                return membership;
            } catch (SQLException | JournalException e) {
                sql.close();
                throw e;
            }
        } catch (SQLException e) {
            throw failed(database, e);
        }
    }

    Node node() {
        return node;
    }

    Lease lease() {
        return lease;
    }

    /**
     * Requires that this is the youngest process of its name, and that the database has not been silent for longer than
     * half a lease.
     */
    public void requireAlive() throws JournalException {
        if (isFenced) {
            throw new JournalException("a younger process with the name of this node, " + node.name()
                    + ", has started: this one takes no more mail");
        }
        long silent = System.nanoTime() - alive;
        if (silent > lease.length().toNanos() / 2) {
            throw new JournalException("the database of the fleet has not answered for "
                    + Duration.ofNanos(silent).toMillis() + " ms");
        }
    }

    /** Says that earlier processes of this node have left nothing that the database does not know. */
    static void caughtUp(Sql sql, Node node) throws SQLException {
        int _ = sql.update(
                "UPDATE fleet_node SET caught_up = incarnation WHERE name = ? AND incarnation = ?",
                node.name(),
                node.incarnation());
    }

    static JournalException failed(Postgres database, SQLException e) {
        return new JournalException(String.valueOf(database.named(e).getMessage()), e);
    }

    private void run() {
        boolean isWell = true;
        try {
            while (!isClosed && !isFenced) {
                Thread.sleep(lease.length().dividedBy(BEATS));
                try {
                    beat();
                    isWell = true;
                } catch (SQLException e) {
                    if (isWell) {
                        LOG.error("{}", database.named(e).getMessage());
                    }
                    isWell = false;
                    disconnect();
                } catch (RuntimeException e) {
                    // Without this thread, no mail would be taken any more.
                    LOG.error("saying that this node is alive fails in a way that nobody foresaw", e);
                    disconnect();
                }
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            disconnect();
        }
    }

    private void beat() throws SQLException {
        long start = System.nanoTime();
        Sql open = sql;
        if (open == null) {
            open = database.connect();
            sql = open;
        }
        int changed = open.update(BEAT, lease.length().toMillis(), node.name(), node.incarnation());
        if (changed == 0) {
            isFenced = true;
            LOG.error(
                    "a younger process with the name of this node, {}, has started: this one takes no more mail",
                    node.name());
        } else {
            alive = start;
        }
    }

    private void disconnect() {
        Sql open = sql;
        sql = null;
        if (open != null) {
            try {
                open.close();
            } catch (SQLException e) {
                LOG.debug("not closed cleanly", e);
            }
        }
    }

    /** Says no more that this node is alive. */
    @Override
    public void close() {
        isClosed = true;
        thread.interrupt();
    }

    private static final Logger LOG = LoggerFactory.getLogger(Membership.class);
    /** A node says so many times in a lease that it is alive. */
    private static final int BEATS = 10;

    // "since" begins anew after a gap, which the database itself may have made.
    private static final String JOIN = """
            INSERT INTO fleet_node AS n (name, incarnation, caught_up, started, since, alive, version)
            VALUES (?, 1, 0, now(), now(), now(), ?)
            ON CONFLICT (name) DO UPDATE SET incarnation = n.incarnation + 1, started = now(), alive = now(),
                since = CASE WHEN n.alive < now() - ? * INTERVAL '1 millisecond' THEN now() ELSE n.since END,
                version = excluded.version
            RETURNING incarnation, caught_up""";
    private static final String BEAT = """
            UPDATE fleet_node SET alive = now(),
                since = CASE WHEN alive < now() - ? * INTERVAL '1 millisecond' THEN now() ELSE since END
            WHERE name = ? AND incarnation = ?""";
}
