package org.postseal.certstore.database;

import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.Properties;
import org.postseal.certstore.database.DatabaseException.Fault;
import org.postgresql.Driver;
import org.postgresql.PGProperty;
import org.postgresql.util.PSQLState;

/** Holds everything specific to PostgreSQL: how a connection is opened, and what the error codes mean. */
public final class Postgres {
    private final String url;
    private final Duration timeLimit;

    /**
     * Describes a database.
     *
     * @param url the address as the JDBC driver takes it: {@code jdbc:postgresql://db1,db2/postseal}. Of several hosts
     *     the primary is chosen
     * @param timeLimit how long to wait for a connection, and for the answer to a statement
     */
    public Postgres(String url, Duration timeLimit) {
        this.url = url;
        this.timeLimit = timeLimit;
    }

    /** Connects for reading and writing. A committed transaction is on the disks that the server is configured for. */
    public Sql connect() throws SQLException {
        String seconds = Long.toString(Math.max(1, timeLimit.toSeconds()));
        Properties properties = new Properties();
        PGProperty.APPLICATION_NAME.set(properties, "postseal");
        PGProperty.TARGET_SERVER_TYPE.set(properties, "primary");
        PGProperty.CONNECT_TIMEOUT.set(properties, seconds);
        PGProperty.LOGIN_TIMEOUT.set(properties, seconds);
        PGProperty.SOCKET_TIMEOUT.set(properties, seconds);
        PGProperty.TCP_KEEP_ALIVE.set(properties, true);
        // Each statement comes again and again.
        PGProperty.PREPARE_THRESHOLD.set(properties, 1);
        Connection connection = new Driver().connect(url, properties);
        if (connection == null) {
            throw new SQLException(url + " is no address of PostgreSQL", PSQLState.UNKNOWN_STATE.getState());
        }
        return new Sql(connection);
    }

    /** Turns an exception of the driver into one that names the fault and has words for the administrator. */
    public DatabaseException named(SQLException e) {
        return new DatabaseException(Fault.INTERNAL, url + ": " + e.getMessage(), e);
    }
}
