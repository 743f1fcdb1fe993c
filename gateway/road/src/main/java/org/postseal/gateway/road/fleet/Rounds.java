package org.postseal.gateway.road.fleet;

import java.io.IOException;
import java.sql.SQLException;
import java.time.Duration;
import org.postseal.certstore.database.Postgres;
import org.postseal.certstore.database.Sql;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Does something with the database again and again, on a thread and over a connection of its own. After a fault the
 * connection is made anew, and the next round is tried. Each fault is logged once, and so is its end.
 */
final class Rounds implements AutoCloseable {
    private final Postgres database;
    private final String purpose;
    private final Round round;
    private final Pause pause;
    private final Thread thread;
    private volatile boolean isClosed;

    @FunctionalInterface
    interface Round {
        void run(Sql sql) throws SQLException, IOException;
    }

    /** Waits for the next round. */
    @FunctionalInterface
    interface Pause {
        void await() throws InterruptedException;
    }

    /**
     * Begins before the first pause.
     *
     * @param name of the thread
     * @param purpose what the rounds do, as the log says it when one fails
     */
    Rounds(Postgres database, String name, String purpose, Round round, Pause pause) {
        this.database = database;
        this.purpose = purpose;
        this.round = round;
        this.pause = pause;
        this.thread = Thread.ofPlatform().daemon().name(name).start(this::run);
    }

    private void run() {
        Connection connection = new Connection(database);
        String told = "";
        try {
            while (!isClosed) {
                try {
                    round.run(connection.sql());
                    if (!told.isEmpty()) {
                        LOG.info("{}: it works again", purpose);
                    }
                    told = "";
                } catch (SQLException | IOException e) {
                    // The first fault is often that of a connection that breaks, and the next one has the cause.
                    String now =
                            String.valueOf((e instanceof SQLException fault ? database.named(fault) : e).getMessage());
                    if (!now.equals(told) && !isClosed) {
                        LOG.error("{} fails: {}", purpose, now);
                    }
                    told = now;
                    connection.close();
                } catch (RuntimeException e) {
                    // Without this thread, no mail would be taken any more, or nobody would vouch for this node's log.
                    LOG.error("{} fails in a way that nobody foresaw", purpose, e);
                    connection.close();
                }
                pause.await();
            }
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            connection.close();
        }
    }

    /** Begins no further round. */
    @Override
    public void close() {
        isClosed = true;
        thread.interrupt();
    }

    /** Does the same, and returns true if the last round has ended within this time. */
    boolean close(Duration patience) throws InterruptedException {
        close();
        return thread.join(patience);
    }

    private static final Logger LOG = LoggerFactory.getLogger(Rounds.class);
}
