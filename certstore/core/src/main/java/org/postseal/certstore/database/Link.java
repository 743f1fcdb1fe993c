package org.postseal.certstore.database;

import java.sql.SQLException;
import java.time.Duration;
import org.jspecify.annotations.Nullable;

/**
 * A connection that is made anew after it was lost. The call that met the loss has failed; only the next one gets a new
 * connection. For one thread.
 */
final class Link implements AutoCloseable {
    private final Engine engine;
    private final Opening opening;
    private Sql sql;
    private @Nullable SQLException refusal;
    private long refused;

    Link(Engine engine, Opening opening) throws SQLException {
        this.engine = engine;
        this.opening = opening;
        this.sql = opening.open();
    }

    interface Opening {
        Sql open() throws SQLException;
    }

    /**
     * Returns the connection.
     *
     * @throws DatabaseException if it was lost, and no new one can be made. For a second after that, nobody tries: all
     *     calls that wait would otherwise wait for the time limit one after the other
     */
    Sql sql() {
        if (sql.isOpen()) {
            return sql;
        }
        SQLException why = refusal;
        if (why == null || System.nanoTime() - refused > PAUSE.toNanos()) {
            try {
                sql = opening.open();
                refusal = null;
                return sql;
            } catch (SQLException e) {
                why = e;
                refusal = e;
                refused = System.nanoTime();
            }
        }
        throw engine.named(why);
    }

    @Override
    public void close() throws SQLException {
        sql.close();
    }

    private static final Duration PAUSE = Duration.ofSeconds(1);
}
