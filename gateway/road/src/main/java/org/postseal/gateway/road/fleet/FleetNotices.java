package org.postseal.gateway.road.fleet;

import java.sql.SQLException;
import java.time.Duration;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.database.Postgres;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Counts in the database the notices that all nodes of a fleet send to one sender. A notice is worth no wait: if the
 * database does not answer soon, the count of this node alone decides, and for a while nobody asks again. Thread-safe.
 */
public final class FleetNotices implements AutoCloseable {
    private final Postgres database;
    private final Connection connection;
    private final ReentrantLock asking = new ReentrantLock();
    /** A time of {@link System#nanoTime}. */
    private long nextTry = System.nanoTime();

    /** @param database has the tables of the fleet already; its time limit is that of one question */
    public FleetNotices(Postgres database) {
        this.database = database;
        this.connection = new Connection(database);
    }

    /**
     * Returns false if so many notices have gone to this sender within a time, from all nodes together; else counts one
     * more. Returns true also if the database does not say so.
     */
    public boolean allows(MailAddress sender, int most, Duration span) {
        try {
            if (!asking.tryLock(TURN.toMillis(), TimeUnit.MILLISECONDS)) {
                return true;
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return true;
        }
        try {
            return System.nanoTime() - nextTry < 0 || ask(sender.toString(), most, span.toSeconds());
        } finally {
            asking.unlock();
        }
    }

    private boolean ask(String sender, int most, long seconds) {
        try {
            int _ = connection.sql().update(FORGET, seconds);
            return connection.sql().update(COUNT, sender, seconds, seconds, most) > 0;
        } catch (SQLException e) {
            LOG.warn(
                    "Notices are counted by this node alone: {}",
                    database.named(e).getMessage());
            connection.close();
            nextTry = System.nanoTime() + PAUSE.toNanos();
            return true;
        }
    }

    @Override
    public void close() {
        asking.lock();
        try {
            connection.close();
        } finally {
            asking.unlock();
        }
    }

    private static final String COUNT = """
            INSERT INTO fleet_notice AS n (sender, newest, times) VALUES (?, now(), ARRAY[now()])
            ON CONFLICT (sender) DO UPDATE SET newest = now(), times = now() || ARRAY(
                SELECT t FROM unnest(n.times) t WHERE t > now() - ? * INTERVAL '1 second')
            WHERE (SELECT count(*) FROM unnest(n.times) t WHERE t > now() - ? * INTERVAL '1 second') < ?""";
    // Rows that another node counts in or removes are passed over.
    private static final String FORGET = """
            DELETE FROM fleet_notice WHERE sender IN (
                SELECT sender FROM fleet_notice WHERE newest < now() - ? * INTERVAL '1 second'
                LIMIT 100 FOR UPDATE SKIP LOCKED)""";
    /** How long to wait for the questions of other sessions. */
    private static final Duration TURN = Duration.ofMillis(200);

    private static final Duration PAUSE = Duration.ofSeconds(10);
    private static final Logger LOG = LoggerFactory.getLogger(FleetNotices.class);
}
