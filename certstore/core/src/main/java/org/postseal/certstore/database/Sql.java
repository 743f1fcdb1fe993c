package org.postseal.certstore.database;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.postseal.certstore.CertificateId;
import org.postseal.certstore.KeyIdentifier;
import org.postseal.certstore.MailAddress;

/**
 * A connection with its prepared statements, for one thread. It binds the project's value types in the form that the
 * tables have.
 */
public final class Sql implements AutoCloseable {
    private final Connection connection;
    private final int timeline;
    private final Map<String, PreparedStatement> statements = new LinkedHashMap<>(64, 0.75f, true);

    Sql(Connection connection) {
        this(connection, 0);
    }

    /** @param timeline that of the server */
    Sql(Connection connection, int timeline) {
        this.connection = connection;
        this.timeline = timeline;
    }

    int timeline() {
        return timeline;
    }

    /** Turns one row into a value. */
    public interface Row<T> {
        T of(ResultSet row) throws SQLException;
    }

    interface Each {
        void take(ResultSet row) throws SQLException;
    }

    public <T> List<T> list(String sql, Row<T> row, @Nullable Object... values) throws SQLException {
        return rows(bound(sql, values).executeQuery(), row);
    }

    private static <T> List<T> rows(ResultSet results, Row<T> row) throws SQLException {
        try (results) {
            List<T> rows = new ArrayList<>();
            while (results.next()) {
                rows.add(row.of(results));
            }
            return rows;
        }
    }

    /** Hands each row to {@code work}, one after the other; only one row needs to be in memory. */
    void each(String sql, Each work) throws SQLException {
        try (ResultSet results = bound(sql, new Object[0]).executeQuery()) {
            while (results.next()) {
                work.take(results);
            }
        }
    }

    public <T> Optional<T> first(String sql, Row<T> row, @Nullable Object... values) throws SQLException {
        try (ResultSet results = bound(sql, values).executeQuery()) {
            return results.next() ? Optional.of(row.of(results)) : Optional.empty();
        }
    }

    public boolean exists(String sql, @Nullable Object... values) throws SQLException {
        try (ResultSet results = bound(sql, values).executeQuery()) {
            return results.next();
        }
    }

    /** Runs a statement that changes rows, and returns their number. */
    public int update(String sql, @Nullable Object... values) throws SQLException {
        return bound(sql, values).executeUpdate();
    }

    /** One of several statements that go to the server together. */
    public record Part(String sql, List<@Nullable Object> values) {
        public static Part of(String sql, @Nullable Object... values) {
            return new Part(sql, Arrays.asList(values));
        }
    }

    /**
     * Runs statements one after the other. The driver sends them together and reads the answers afterwards, so the
     * answers must fit into the buffers of the connection: some 64 KiB.
     *
     * @return the rows of each statement that returns rows
     */
    public <T> List<List<T>> together(List<Part> parts, Row<T> row) throws SQLException {
        PreparedStatement statement = bound(
                parts.stream().map(Part::sql).collect(Collectors.joining(";")),
                parts.stream().flatMap(part -> part.values().stream()).toArray());
        List<List<T>> results = new ArrayList<>();
        boolean hasRows = statement.execute();
        while (hasRows || statement.getUpdateCount() >= 0) {
            if (hasRows) {
                results.add(rows(statement.getResultSet(), row));
            }
            hasRows = statement.getMoreResults();
        }
        return results;
    }

    /** Runs a statement that has no parameters and is not worth keeping prepared. */
    public void execute(String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** Returns false once the connection is closed or lost. */
    boolean isOpen() {
        try {
            return !connection.isClosed();
        } catch (SQLException e) {
            return false;
        }
    }

    /** Limits the wait for the server's next octets. A connection on which it is exceeded is lost. */
    void limit(Duration wait) throws SQLException {
        connection.setNetworkTimeout(Runnable::run, Math.toIntExact(wait.toMillis()));
    }

    Set<String> prepared() {
        return Set.copyOf(statements.keySet());
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }

    /** Reads a column of milliseconds as a time. */
    public static Instant instant(ResultSet row, String column) throws SQLException {
        return Instant.ofEpochMilli(row.getLong(column));
    }

    /** Reads a column of milliseconds that may be null as a time. */
    public static Optional<Instant> optionalInstant(ResultSet row, String column) throws SQLException {
        long millis = row.getLong(column);
        return row.wasNull() ? Optional.empty() : Optional.of(Instant.ofEpochMilli(millis));
    }

    private PreparedStatement bound(String sql, @Nullable Object[] values) throws SQLException {
        PreparedStatement statement = prepared(sql);
        for (int i = 0; i < values.length; i++) {
            bind(statement, i + 1, values[i]);
        }
        return statement;
    }

    private PreparedStatement prepared(String sql) throws SQLException {
        PreparedStatement known = statements.get(sql);
        if (known != null) {
            return known;
        }
        PreparedStatement fresh = connection.prepareStatement(sql);
        statements.put(sql, fresh);
        if (statements.size() > MAX_STATEMENTS) {
            var oldest = statements.entrySet().iterator();
            oldest.next().getValue().close();
            oldest.remove();
        }
        return fresh;
    }

    private static void bind(PreparedStatement statement, int index, @Nullable Object value) throws SQLException {
        switch (value) {
            case null -> statement.setObject(index, null);
            case Optional<?> optional -> bind(statement, index, optional.orElse(null));
            case byte[] octets -> statement.setBytes(index, octets);
            case String text -> statement.setString(index, text);
            case Integer number -> statement.setInt(index, number);
            case Long number -> statement.setLong(index, number);
            case Boolean fact -> statement.setInt(index, fact ? 1 : 0);
            case Instant instant -> statement.setLong(index, millis(instant));
            case byte[][] octets -> setArray(statement, index, "bytea", octets);
            case String[] texts -> setArray(statement, index, "text", texts);
            case Long[] numbers -> setArray(statement, index, "bigint", numbers);
            case CertificateId id -> statement.setBytes(index, Octets.ofHex(id.hex()));
            case PublicKeyId id -> statement.setBytes(index, Octets.ofHex(id.hex()));
            case KeyIdentifier id -> statement.setBytes(index, Octets.indexed(id.octets()));
            case MailAddress address -> statement.setString(index, address.key());
            case Enum<?> constant -> statement.setString(index, constant.name().toLowerCase(Locale.ROOT));
            default -> throw new IllegalArgumentException("cannot bind " + value.getClass());
        }
    }

    private static void setArray(PreparedStatement statement, int index, String type, @Nullable Object[] values)
            throws SQLException {
        statement.setArray(index, statement.getConnection().createArrayOf(type, values));
    }

    // The latest date that a certificate can have, in the year 9999, still fits. In practice nothing is clamped.
    private static long millis(Instant instant) {
        try {
            return instant.toEpochMilli();
        } catch (ArithmeticException e) {
            return instant.isAfter(Instant.EPOCH) ? Long.MAX_VALUE : Long.MIN_VALUE;
        }
    }

    private static final int MAX_STATEMENTS = 200;
}
