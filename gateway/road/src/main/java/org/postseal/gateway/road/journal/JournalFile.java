package org.postseal.gateway.road.journal;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postseal.certstore.database.DatabaseException;
import org.postseal.certstore.database.Migrations;
import org.postseal.certstore.database.Sql;
import org.postseal.certstore.database.Sqlite;

/**
 * Reads a journal without changing anything in the file, and never makes a file. The tables are those of
 * {@link #STEPS}.
 */
public final class JournalFile {
    private JournalFile() {}

    /**
     * Selects rows.
     *
     * @param onlyInDoubt selects rows that were sent again although the next hop may have had them, and rows whose
     * outcome nobody knows
     * @param since selects rows written at that time or later
     * @param limit the most rows to return, the newest first
     */
    public record Filter(
            Optional<String> recipient,
            Optional<JournalState> state,
            boolean onlyInDoubt,
            Optional<Instant> since,
            int limit) {
        /** Selects rows whether they are in doubt or not. */
        public Filter(Optional<String> recipient, Optional<JournalState> state, Optional<Instant> since, int limit) {
            this(recipient, state, false, since, limit);
        }
    }

    /**
     * Returns the selected rows, newest first.
     *
     * @throws JournalException if there is no journal, or it cannot be read
     */
    public static List<JournalEntry> list(Path file, Filter filter) throws JournalException {
        StringBuilder where = new StringBuilder("WHERE 1 = 1");
        List<@Nullable Object> values = new ArrayList<>();
        filter.recipient().ifPresent(address -> {
            where.append(" AND recipient = ? COLLATE NOCASE");
            values.add(address);
        });
        filter.state().ifPresent(state -> {
            where.append(" AND state = ?");
            values.add(state);
        });
        if (filter.onlyInDoubt()) {
            where.append(IN_DOUBT);
        }
        filter.since().ifPresent(since -> {
            where.append(" AND at >= ?");
            values.add(since);
        });
        values.add(filter.limit());
        return read(
                file,
                sql -> sql.list(
                        SELECT + " " + where + " ORDER BY at DESC, key LIMIT ?", JournalFile::entry, values.toArray()));
    }

    /**
     * Returns every row whose queue id, ours or the upstream's, is this name, or whose key begins with it. At least 8
     * hexadecimal digits of the key must be given.
     */
    public static List<JournalEntry> show(Path file, String name) throws JournalException {
        return read(
                file,
                sql -> sql.list(
                        SELECT + " WHERE queue_id = ? OR upstream_id = ? OR lower(hex(key)) LIKE ? ORDER BY at, key",
                        JournalFile::entry,
                        name,
                        name,
                        name.matches("[0-9a-fA-F]{8,64}") ? name.toLowerCase(Locale.ROOT) + "%" : ""));
    }

    /** Returns what is wrong with the file; the result is empty if it is sound. This reads the whole file. */
    public static List<String> faults(Path file) throws JournalException {
        return read(file, Sqlite::integrity);
    }

    private interface Reading<T> {
        T of(Sql sql) throws SQLException;
    }

    private static <T> T read(Path file, Reading<T> reading) throws JournalException {
        if (Files.notExists(file)) {
            throw new JournalException("there is no journal yet: " + file);
        }
        Sqlite sqlite = new Sqlite(file, Duration.ofSeconds(5));
        try (Sql sql = sqlite.connectReading()) {
            requireOurs(sqlite, sql);
            return reading.of(sql);
        } catch (SQLException e) {
            throw new JournalException(String.valueOf(sqlite.named(e).getMessage()), e);
        } catch (DatabaseException e) {
            throw new JournalException(String.valueOf(e.getMessage()), e);
        }
    }

    private static void requireOurs(Sqlite sqlite, Sql sql) throws SQLException, JournalException {
        if (sqlite.isEmpty(sql)) {
            throw new JournalException(sqlite.file() + " is empty: no gateway has started with it");
        }
        if (!sql.exists("SELECT 1 FROM sqlite_master WHERE type = 'table' AND name = 'delivery'")) {
            throw new JournalException(sqlite.file() + " is no journal");
        }
        int version = Migrations.version(sql);
        if (version != STEPS.size()) {
            throw new JournalException(sqlite.file() + " has version " + version + ", this program knows version "
                    + STEPS.size() + (version < STEPS.size() ? ": start the gateway once" : ""));
        }
    }

    static JournalEntry entry(ResultSet row) throws SQLException {
        return new JournalEntry(
                JournalKey.of(row.getBytes("key")),
                JournalState.valueOf(row.getString("state").toUpperCase(Locale.ROOT)),
                row.getString("queue_id"),
                Optional.ofNullable(row.getString("upstream_id")),
                row.getString("recipient"),
                row.getInt("unit"),
                row.getString("reply"),
                Sql.optionalInstant(row, "told"),
                row.getInt("doubts"),
                Sql.instant(row, "at"));
    }

    static final String SELECT =
            "SELECT key, state, queue_id, upstream_id, recipient, unit, reply, told, doubts, at FROM delivery";

    /**
     * Selects rows in doubt. A PREPARED row of the process that now has the file open is on its way and not in doubt,
     * unless the process has written a reply of its own into the row.
     */
    private static final String IN_DOUBT =
            " AND (doubts > 0 OR (state = 'prepared' AND (reply <> '' OR at < (SELECT started FROM process))))";

    private static final String FIRST = """
            CREATE TABLE delivery (
                key BYTEA NOT NULL PRIMARY KEY,
                state TEXT NOT NULL,
                queue_id TEXT NOT NULL,
                upstream_id TEXT,
                recipient TEXT NOT NULL,
                unit BIGINT NOT NULL,
                reply TEXT NOT NULL,
                told BIGINT,
                doubts BIGINT NOT NULL,
                at BIGINT NOT NULL);
            CREATE INDEX delivery_by_time ON delivery (at);
            CREATE INDEX delivery_untold ON delivery (queue_id) WHERE upstream_id IS NULL AND told IS NULL
            """;

    /** Holds the numbered steps that make the tables. A step that was released is never changed. */
    static final List<String> STEPS = List.of(FIRST, "CREATE TABLE process (started BIGINT NOT NULL)");
}
