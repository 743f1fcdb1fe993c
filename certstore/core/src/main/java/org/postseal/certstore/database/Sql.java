package org.postseal.certstore.database;

import java.sql.Connection;
import java.sql.PreparedStatement;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.jspecify.annotations.Nullable;
import org.postseal.certstore.CertificateId;
import org.postseal.certstore.KeyIdentifier;
import org.postseal.certstore.MailAddress;

/** One connection with its prepared statements, for one thread. Values of ours are bound as they stand in the tables. */
public final class Sql implements AutoCloseable {
    private final Connection connection;
    private final Map<String, PreparedStatement> statements = new LinkedHashMap<>(64, 0.75f, true);

    Sql(Connection connection) {
        this.connection = connection;
    }

    /** Reads one row. */
    public interface Row<T> {
        T of(ResultSet row) throws SQLException;
    }

    /** Every row. */
    public <T> List<T> list(String sql, Row<T> row, @Nullable Object... values) throws SQLException {
        List<T> rows = new ArrayList<>();
        try (ResultSet results = bound(sql, values).executeQuery()) {
            while (results.next()) {
                rows.add(row.of(results));
            }
        }
        return rows;
    }

    /** The first row. */
    public <T> Optional<T> first(String sql, Row<T> row, @Nullable Object... values) throws SQLException {
        try (ResultSet results = bound(sql, values).executeQuery()) {
            return results.next() ? Optional.of(row.of(results)) : Optional.empty();
        }
    }

    /** Whether there is a row. */
    public boolean exists(String sql, @Nullable Object... values) throws SQLException {
        try (ResultSet results = bound(sql, values).executeQuery()) {
            return results.next();
        }
    }

    /** The number of rows changed. */
    public int update(String sql, @Nullable Object... values) throws SQLException {
        return bound(sql, values).executeUpdate();
    }

    /** Runs a statement without parameters that is not worth keeping. */
    public void execute(String sql) throws SQLException {
        try (var statement = connection.createStatement()) {
            statement.execute(sql);
        }
    }

    /** The statements prepared so far. */
    Set<String> prepared() {
        return Set.copyOf(statements.keySet());
    }

    @Override
    public void close() throws SQLException {
        connection.close();
    }

    /** Milliseconds of a column as a time. */
    public static Instant instant(ResultSet row, String column) throws SQLException {
        return Instant.ofEpochMilli(row.getLong(column));
    }

    /** The same for a column that may be null. */
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
            case CertificateId id -> statement.setBytes(index, Octets.ofHex(id.hex()));
            case PublicKeyId id -> statement.setBytes(index, Octets.ofHex(id.hex()));
            case KeyIdentifier id -> statement.setBytes(index, id.octets());
            case MailAddress address -> statement.setString(index, address.key());
            case Enum<?> constant -> statement.setString(index, constant.name().toLowerCase(Locale.ROOT));
            default -> throw new IllegalArgumentException("cannot bind " + value.getClass());
        }
    }

    // certificates may be valid to the year 9999, which fits; nothing else is clamped in practice
    private static long millis(Instant instant) {
        try {
            return instant.toEpochMilli();
        } catch (ArithmeticException e) {
            return instant.isAfter(Instant.EPOCH) ? Long.MAX_VALUE : Long.MIN_VALUE;
        }
    }

    private static final int MAX_STATEMENTS = 200;
}
