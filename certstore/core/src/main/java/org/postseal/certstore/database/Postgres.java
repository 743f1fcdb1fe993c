package org.postseal.certstore.database;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.SocketTimeoutException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Stream;
import org.postgresql.Driver;
import org.postgresql.PGConnection;
import org.postgresql.PGProperty;
import org.postgresql.util.PSQLState;
import org.postseal.certstore.database.DatabaseException.Fault;

/**
 * PostgreSQL, which keeps the database of several gateways on a server. No other class refers to its driver, whose
 * classes are loaded only if this one is used.
 *
 * <p>Nothing outlives a transaction on a connection: no lock and no setting. So PgBouncer may give each transaction
 * another connection to the server.
 */
public final class Postgres implements Engine {
    private final String url;
    private final Optional<PostgresSettings> settings;
    private final Duration timeLimit;

    /**
     * Describes a database.
     *
     * @param url the address as the JDBC driver takes it: {@code jdbc:postgresql://db1,db2/postseal}. Of several hosts
     *     the primary is chosen
     * @param timeLimit how long to wait for a connection to a host, for other writers, and for the answer when a
     *     transaction begins or commits
     */
    public Postgres(String url, Duration timeLimit) {
        this(url, Optional.empty(), timeLimit);
    }

    /** Describes a database as the configuration does. */
    public Postgres(PostgresSettings settings, Duration timeLimit) {
        this(settings.address().jdbcUrl(), Optional.of(settings), timeLimit);
    }

    private Postgres(String url, Optional<PostgresSettings> settings, Duration timeLimit) {
        this.url = url;
        this.settings = settings;
        this.timeLimit = timeLimit;
    }

    /** Returns the address without the places where people write passwords. */
    @Override
    public String name() {
        if (settings.isPresent()) {
            return settings.get().address().toString();
        }
        int parameters = url.indexOf('?');
        return (parameters < 0 ? url : url.substring(0, parameters))
                .replaceFirst("^jdbc:", "")
                .replaceFirst("//[^/]*@", "//");
    }

    @Override
    public Optional<Path> file() {
        return Optional.empty();
    }

    /** A connection that watches waits for a short time only, so that another one is tried soon. */
    @Override
    public Sql connect(Use use) throws SQLException {
        Sql sql = connect();
        if (use == Use.WATCHING) {
            sql.limit(LOOK);
        }
        return sql;
    }

    /** Connects for reading and writing. A committed transaction is on the disks that the server is configured for. */
    public Sql connect() throws SQLException {
        String seconds = Long.toString(Math.max(1, timeLimit.toSeconds()));
        Properties properties = new Properties();
        PGProperty.APPLICATION_NAME.set(properties, "postseal");
        PGProperty.TARGET_SERVER_TYPE.set(properties, "primary");
        // If two hosts take themselves for the primary, each is asked sooner or later, and the newest one stays.
        PGProperty.LOAD_BALANCE_HOSTS.set(properties, hasSeveralHosts());
        // There is no limit for all hosts together, since one that is away would then keep the next from being asked.
        PGProperty.CONNECT_TIMEOUT.set(properties, seconds);
        PGProperty.SOCKET_TIMEOUT.set(properties, seconds);
        PGProperty.TCP_KEEP_ALIVE.set(properties, true);
        // Each statement comes again and again.
        PGProperty.PREPARE_THRESHOLD.set(properties, 1);
        // The server's details repeat the values of a row.
        PGProperty.LOG_SERVER_ERROR_DETAIL.set(properties, false);
        if (settings.isPresent()) {
            put(settings.get(), properties);
        }
        Connection connection = new Driver().connect(url, properties);
        if (connection == null) {
            throw new SQLException("this is no address of PostgreSQL", PSQLState.UNKNOWN_STATE.getState());
        }
        try {
            return checked(connection);
        } catch (SQLException e) {
            connection.close();
            throw e;
        }
    }

    private Sql checked(Connection connection) throws SQLException {
        String encoding = connection.unwrap(PGConnection.class).getParameterStatus("server_encoding");
        if (!"UTF8".equals(encoding)) {
            throw new SQLException("its encoding is " + encoding + ", not UTF8", NOT_UTF8);
        }
        if (!hasSeveralHosts()) {
            return new Sql(connection);
        }
        Sql sql = new Sql(connection, timeline(connection));
        demandNewest(sql);
        return sql;
    }

    private boolean hasSeveralHosts() {
        return name().contains(",");
    }

    /** The name of a file of the write-ahead log begins with the timeline. */
    private static int timeline(Connection connection) throws SQLException {
        try (Statement statement = connection.createStatement();
                ResultSet row = statement.executeQuery("SELECT pg_walfile_name(pg_current_wal_lsn())")) {
            row.next();
            return Integer.parseUnsignedInt(row.getString(1).substring(0, 8), 16);
        }
    }

    /** Returns whether no other host has taken the place of the connection's server. */
    public boolean isNewest(Sql sql) {
        return !hasSeveralHosts() || NewestPrimary.is(name(), sql.timeline());
    }

    /** Closes a connection to a server whose place another one has taken, so that the next one is made to that. */
    private void demandNewest(Sql sql) throws SQLException {
        if (!isNewest(sql)) {
            sql.close();
            throw new SQLException(
                    "another host has taken the place of this primary", PSQLState.CONNECTION_FAILURE.getState());
        }
    }

    private static void put(PostgresSettings settings, Properties properties) throws SQLException {
        PGProperty.USER.set(properties, settings.address().user());
        if (settings.passwordFile().isPresent()) {
            PGProperty.PASSWORD.set(properties, password(settings.passwordFile().get()));
        }
        PGProperty.SSL_MODE.set(properties, settings.isTls() ? "verify-full" : "disable");
        if (settings.trust().isPresent()) {
            PGProperty.SSL_ROOT_CERT.set(properties, settings.trust().get().toString());
        } else {
            PGProperty.SSL_FACTORY.set(properties, "org.postgresql.ssl.DefaultJavaSSLFactory");
        }
    }

    private static String password(Path file) throws SQLException {
        try (Stream<String> lines = Files.lines(file)) {
            return lines.findFirst().orElse("");
        } catch (IOException | UncheckedIOException e) {
            throw new SQLException(file + " cannot be read", PSQLState.INVALID_PASSWORD.getState(), e);
        }
    }

    /**
     * The tables of a fleet may be there before those of the store, and are none of them. New tables would be made in
     * the first schema of the search path, so the present ones must not be in another one: a schema that has the name
     * of the role comes first as soon as somebody makes it.
     */
    @Override
    public List<String> tables(Sql sql) throws SQLException {
        Optional<String> elsewhere = sql.first(
                "SELECT schemaname || ', not ' || current_schema() FROM pg_catalog.pg_tables"
                        + " WHERE tablename = 'schema_version' AND schemaname = ANY(current_schemas(false))"
                        + " AND NOT EXISTS (SELECT 1 FROM pg_catalog.pg_tables"
                        + " WHERE schemaname = current_schema() AND tablename = 'schema_version')",
                row -> row.getString(1));
        if (elsewhere.isPresent()) {
            throw new SQLException(
                    "its tables are in the schema " + elsewhere.get() + ", which comes first in search_path",
                    NO_SCHEMA);
        }
        return sql.list(
                "SELECT tablename FROM pg_catalog.pg_tables"
                        + " WHERE schemaname = current_schema() AND tablename NOT LIKE 'fleet\\_%'",
                row -> row.getString(1));
    }

    /**
     * Text is compared by its octets, as SQLite does. The order of a language would depend on the server, and would
     * spoil indexes when a library of the server changes it.
     */
    @Override
    public String definition(String statement) {
        return statement.replace(" TEXT", " TEXT COLLATE \"C\"");
    }

    @Override
    public void beginReading(Sql sql) throws SQLException {
        begin(sql, "BEGIN ISOLATION LEVEL REPEATABLE READ READ ONLY");
    }

    /**
     * Takes the lock of the one row of {@code generation}. Each statement sees what was committed before it (READ
     * COMMITTED), and nobody else commits until this transaction ends. Without the lock, two transactions that read and
     * then write would not see each other: both would give out the next number of a change, add the first key of an
     * address, or delete what the other one begins to use. The lock ends with the transaction, whatever happens to the
     * connection, and a pooler may stand between.
     */
    @Override
    public void beginWriting(Sql sql) throws SQLException {
        begin(sql, "BEGIN; " + lockLimit() + "UPDATE generation SET number = number");
    }

    /** No row can be locked in tables that are not there. */
    @Override
    public void beginMigrating(Sql sql) throws SQLException {
        begin(sql, "BEGIN; " + lockLimit() + "SELECT pg_advisory_xact_lock(" + MIGRATING + ")");
    }

    private String lockLimit() {
        return "SET LOCAL lock_timeout = " + timeLimit.toMillis() + "; ";
    }

    /** All statements of {@code begin} go to the server at once. */
    private void begin(Sql sql, String begin) throws SQLException {
        demandNewest(sql);
        try {
            // The server's own limit comes first, and leaves the connection whole.
            sql.limit(timeLimit.plus(MARGIN));
            sql.execute(begin);
            sql.limit(WORK);
        } catch (SQLException e) {
            rollback(sql, e);
            throw e;
        }
    }

    @Override
    public void commit(Sql sql) throws SQLException {
        sql.limit(timeLimit.plus(MARGIN));
        // After a statement that failed, the server answers COMMIT by rolling back, and the driver does not say so. The
        // first statement fails then.
        sql.execute("SELECT 1; COMMIT");
    }

    @Override
    public void rollback(Sql sql, Throwable cause) {
        try {
            if (sql.isOpen()) {
                sql.limit(timeLimit.plus(MARGIN));
                sql.execute("ROLLBACK");
            }
        } catch (SQLException e) {
            cause.addSuppressed(e);
            close(sql, cause);
        }
    }

    /** A connection with an unknown transaction is not used again. */
    private static void close(Sql sql, Throwable cause) {
        try {
            sql.close();
        } catch (SQLException e) {
            cause.addSuppressed(e);
        }
    }

    /** Returns the transaction that has written the row last, which each writing transaction does. */
    @Override
    public long version(Sql sql) throws SQLException {
        demandNewest(sql);
        return sql.first("SELECT CAST(CAST(xmin AS TEXT) AS BIGINT) FROM generation", row -> row.getLong(1))
                .orElse(0L);
    }

    @Override
    public Optional<Object> identity() {
        return Optional.empty();
    }

    /** Reads every row, and with it each page of the tables, whose checksum the server compares. */
    @Override
    public List<String> integrity(Sql sql) throws SQLException {
        try {
            for (String table : tables(sql)) {
                boolean _ = sql.exists("SELECT count(CAST(t AS TEXT)) FROM " + table + " t");
            }
            return List.of();
        } catch (SQLException e) {
            if (fault(e) == Fault.DAMAGED) {
                return List.of(Objects.requireNonNullElse(e.getMessage(), ""));
            }
            throw e;
        }
    }

    @Override
    public boolean emptyLog(Sql sql) {
        return false;
    }

    @Override
    public DatabaseException named(SQLException e) {
        Fault fault = fault(e);
        String what = switch (fault) {
            case LOCKED -> " is locked by another process for more than " + timeLimit.toMillis() + " ms";
            case FULL -> " cannot grow: the disk of the server is full";
            case UNREACHABLE ->
                e.getCause() instanceof SocketTimeoutException ? " does not answer in time" : " cannot be reached";
            case REFUSED -> " is refused";
            case READ_ONLY -> " may not be written";
            case DAMAGED -> " is damaged";
            case INPUT_OUTPUT -> ": the server reports a fault";
            case NOT_A_DATABASE -> " cannot hold every text";
            case NEWER, REPLACED, CANNOT_OPEN, CLOSED, INTERNAL -> "";
        };
        String why = String.valueOf(e.getMessage());
        return new DatabaseException(
                fault,
                name() + what + ": "
                        // The driver names a property of its own that nobody has set.
                        + (why.contains(PGProperty.TARGET_SERVER_TYPE.getName())
                                ? "no host that answers takes writes: it only reads, or is a standby"
                                : why),
                e);
    }

    /** Reads the SQLSTATE (PostgreSQL, appendix A). */
    private static Fault fault(SQLException e) {
        String state = Objects.requireNonNullElse(e.getSQLState(), "");
        return switch (state) {
            // The last two are a deadlock, and a transaction that gives way to another one.
            case "55P03", "40P01", "40001" -> Fault.LOCKED;
            case "25006" -> Fault.READ_ONLY;
            case "53100" -> Fault.FULL;
            // A table or column is missing.
            case "XX001", "XX002", "42P01", "42703" -> Fault.DAMAGED;
            // The database, the schema or a right is missing; the server has no TLS, or wants another login.
            case "3D000", NO_SCHEMA, "42501", "08004" -> Fault.REFUSED;
            // It was idle in a transaction for too long.
            case "25P03" -> Fault.UNREACHABLE;
            case NOT_UTF8 -> Fault.NOT_A_DATABASE;
            default ->
                switch (state.length() == 5 ? state.substring(0, 2) : "") {
                    // Class 53 has the limits of the server, such as that of its connections; class 57 its end.
                    case "08", "53", "57" -> Fault.UNREACHABLE;
                    case "28" -> Fault.REFUSED;
                    case "58" -> Fault.INPUT_OUTPUT;
                    default -> Fault.INTERNAL;
                };
        };
    }

    /** A character that the encoding does not have. */
    private static final String NOT_UTF8 = "22P05";

    private static final String NO_SCHEMA = "3F000";
    /** Any number that no other program of this database takes. */
    private static final long MIGRATING = 0x506f73747365616cL;

    private static final Duration LOOK = Duration.ofSeconds(2);
    private static final Duration MARGIN = Duration.ofSeconds(1);
    /** A single statement may move a million rows. */
    private static final Duration WORK = Duration.ofMinutes(2);
}
