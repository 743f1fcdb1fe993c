package org.postseal.gateway.road.fleet;

import java.sql.SQLException;
import org.jspecify.annotations.Nullable;
import org.postseal.certstore.database.Postgres;
import org.postseal.certstore.database.Sql;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * A connection that is made when it is needed, and anew after it was closed, or after another server has taken the
 * place of its own. For one thread.
 */
final class Connection implements AutoCloseable {
    private final Postgres database;
    private @Nullable Sql sql;

    Connection(Postgres database) {
        this.database = database;
    }

    Sql sql() throws SQLException {
        if (sql != null && !database.isNewest(sql)) {
            close();
        }
        Sql open = sql;
        if (open == null) {
            open = database.connect();
            sql = open;
        }
        return open;
    }

    /** Gives the connection up, as after a fault. */
    @Override
    public void close() {
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

    private static final Logger LOG = LoggerFactory.getLogger(Connection.class);
}
