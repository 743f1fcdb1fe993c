package org.postseal.certstore.database;

import java.nio.ByteBuffer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import java.util.function.IntFunction;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.jspecify.annotations.Nullable;
import org.postseal.certstore.Digest;
import org.postseal.certstore.database.DatabaseException.Fault;

/**
 * Copies the store from a SQLite file to PostgreSQL. Everything is one transaction of PostgreSQL, in which each row is
 * also read back: either the whole store is there and equal, or nothing is. So a copy that was killed begins again.
 * Nobody else has the file open meanwhile, so no change is missed. Wrapped keys stay wrapped; the master key is in
 * neither database. For one thread.
 */
public final class DatabaseCopy {
    private final Sqlite sqlite;
    private final Postgres postgres;
    private final Sql from;
    private final Sql to;
    private final Progress progress;
    private long replaced;

    private DatabaseCopy(Sqlite sqlite, Postgres postgres, Sql from, Sql to, Progress progress) {
        this.sqlite = sqlite;
        this.postgres = postgres;
        this.from = from;
        this.to = to;
        this.progress = progress;
    }

    public sealed interface Outcome {
        /** @param replaced how many texts had U+0000, which PostgreSQL refuses, and have U+FFFD in its place now */
        record Copied(List<Table> tables, long replaced) implements Outcome {}

        /** The target has the same rows already. Nothing was written. */
        record AlreadyThere(List<Table> tables) implements Outcome {}

        /** The target has content, and that of this table is another one. Nothing was written. */
        record OtherContent(String table) implements Outcome {}
    }

    /**
     * A table that is the same on both sides.
     *
     * @param digest the SHA-256 of its rows in the order of their keys, in hex
     */
    public record Table(String name, long rows, String digest) {}

    @FunctionalInterface
    public interface Progress {
        void rows(String table, long rows);
    }

    /**
     * Copies the store, or compares it if the target has content.
     *
     * @param busyTimeout how long to wait until nobody else has the file open
     * @param record adds the change that tells of the copy to the target, in the same transaction
     * @param progress hears how many rows of a table are done, after every 100,000 and at its end
     * @throws DatabaseException if something fails. Nothing was copied then, but for what {@link Fault#UNREACHABLE}
     *     says
     */
    public static Outcome run(
            Path file, Duration busyTimeout, Postgres postgres, Consumer<Transaction> record, Progress progress) {
        Sqlite sqlite = new Sqlite(file, busyTimeout);
        sqlite.demandFile();
        try (Sql from = sqlite.connectAlone()) {
            CertificateDatabase.migrate(sqlite, from);
            sqlite.beginReading(from);
            return copied(sqlite, postgres, from, record, progress);
        } catch (SQLException e) {
            throw sqlite.named(e);
        }
    }

    /** If this throws, the end of the connection rolls back. */
    private static Outcome copied(
            Sqlite sqlite, Postgres postgres, Sql from, Consumer<Transaction> record, Progress progress) {
        try (Sql to = postgres.connect()) {
            CertificateDatabase.migrate(postgres, to);
            postgres.beginWriting(to);
            Outcome outcome = new DatabaseCopy(sqlite, postgres, from, to, progress).outcome();
            if (outcome instanceof Outcome.Copied) {
                record.accept(new Transaction(to, postgres, true));
            }
            postgres.commit(to);
            return outcome;
        } catch (SQLException e) {
            throw postgres.named(e);
        }
    }

    private Outcome outcome() throws SQLException {
        List<Layout> layouts = layouts();
        boolean copies = isEmpty(layouts);
        List<Table> done = new ArrayList<>();
        for (Layout layout : layouts) {
            // Changes that have waited are in the log of the target by now, or one tells of the copy.
            if (!copies && layout.name.equals(CHANGE_LOG)) {
                continue;
            }
            Optional<Table> table = new Rounds(layout, copies).table();
            if (table.isEmpty() && copies) {
                throw new DatabaseException(
                        Fault.DAMAGED, postgres.name() + ": table " + layout.name + " is not read as it was written");
            }
            if (table.isEmpty()) {
                return new Outcome.OtherContent(layout.name);
            }
            done.add(table.get());
        }
        if (!copies) {
            return new Outcome.AlreadyThere(done);
        }
        countOn();
        return new Outcome.Copied(done, replaced);
    }

    /** No number that the source has given to a change or a generation is given out again. */
    private void countOn() throws SQLException {
        List<Long> numbers = source(
                        "SELECT number, changes FROM generation", row -> List.of(row.getLong(1), row.getLong(2)))
                .getFirst();
        int _ = to.update(
                "UPDATE generation SET number = number + 1 + ?, authorities = authorities + 1, changes = ?",
                numbers.getFirst(),
                numbers.getLast());
    }

    private boolean isEmpty(List<Layout> layouts) throws SQLException {
        for (Layout layout : layouts) {
            if (to.exists("SELECT 1 FROM " + layout.name + " LIMIT 1")) {
                return false;
            }
        }
        return to.exists("SELECT 1 FROM generation WHERE changes = 0");
    }

    /** Returns the tables in the order in which they were made: a foreign key refers to an earlier one. */
    private List<Layout> layouts() {
        return source("SELECT name FROM sqlite_master WHERE type = 'table' ORDER BY rowid", row -> row.getString(1))
                .stream()
                .filter(name -> !APART.contains(name) && !name.startsWith("sqlite_"))
                .map(name -> Layout.of(
                        name,
                        source(
                                "PRAGMA table_info(" + name + ")",
                                row -> new Column(row.getString("name"), row.getString("type"), row.getInt("pk")))))
                .toList();
    }

    private <T> List<T> source(String statement, Sql.Row<T> row) {
        try {
            return from.list(statement, row);
        } catch (SQLException e) {
            throw sqlite.named(e);
        }
    }

    /** @param key the place in the primary key, from 1 on, or 0 */
    private record Column(String name, String type, int key) {
        private @Nullable Object value(ResultSet row, int index) throws SQLException {
            return switch (type) {
                case "BYTEA" -> row.getBytes(index);
                case "TEXT" -> row.getString(index);
                case "BIGINT" -> {
                    long number = row.getLong(index);
                    yield row.wasNull() ? null : (Object) number;
                }
                default -> throw new IllegalStateException("column " + name + " is of type " + type);
            };
        }

        /** Returns the array that holds this column of several rows. */
        private IntFunction<@Nullable Object[]> array() {
            return switch (type) {
                case "BYTEA" -> byte[][]::new;
                case "TEXT" -> String[]::new;
                default -> Long[]::new;
            };
        }
    }

    /** @param key the indexes of the columns of the primary key, in its order */
    private record Layout(String name, List<Column> columns, List<Integer> key) {
        static Layout of(String name, List<Column> columns) {
            return new Layout(
                    name,
                    columns,
                    IntStream.range(0, columns.size())
                            .boxed()
                            .filter(index -> columns.get(index).key > 0)
                            .sorted((one, other) -> columns.get(one).key - columns.get(other).key)
                            .toList());
        }

        String names() {
            return columns.stream().map(Column::name).collect(Collectors.joining(", "));
        }

        String keyNames() {
            return key.stream().map(index -> columns.get(index).name).collect(Collectors.joining(", "));
        }

        @Nullable
        Object[] row(ResultSet row) throws SQLException {
            @Nullable Object[] values = new Object[columns.size()];
            for (int i = 0; i < values.length; i++) {
                values[i] = columns.get(i).value(row, i + 1);
            }
            return values;
        }

        String select() {
            return "SELECT " + names() + " FROM " + name;
        }
    }

    /** Takes one table over, some rows at a time, and reads them back. */
    private final class Rounds {
        private final Layout layout;
        private final boolean copies;
        private final MessageDigest there = Digest.SHA_256.start();
        private final MessageDigest here = Digest.SHA_256.start();
        private final List<@Nullable Object[]> batch = new ArrayList<>();
        private long octets;
        private long rows;
        private @Nullable Object @Nullable [] last;

        Rounds(Layout layout, boolean copies) {
            this.layout = layout;
            this.copies = copies;
        }

        /** Returns empty if the two sides differ. */
        Optional<Table> table() throws SQLException {
            try {
                from.each(layout.select() + " ORDER BY " + layout.keyNames(), row -> add(layout.row(row)));
            } catch (SQLException e) {
                throw sqlite.named(e);
            }
            end();
            if (copies) {
                to.execute("ANALYZE " + layout.name);
            }
            progress.rows(layout.name, rows);
            long count = to.first("SELECT count(*) FROM " + layout.name, row -> row.getLong(1))
                    .orElse(0L);
            byte[] digest = there.digest();
            return count == rows && MessageDigest.isEqual(digest, here.digest())
                    ? Optional.of(new Table(layout.name, rows, Octets.hex(digest)))
                    : Optional.empty();
        }

        private void add(@Nullable Object[] row) {
            for (int i = 0; i < row.length; i++) {
                if (row[i] instanceof String text && text.indexOf('\0') >= 0) {
                    row[i] = text.replace('\0', '\uFFFD');
                    replaced++;
                }
            }
            octets += digest(row, there);
            batch.add(row);
            rows++;
            if (batch.size() == MAX_ROWS || octets >= MAX_OCTETS) {
                end();
            }
            if (rows % REPORTED == 0) {
                progress.rows(layout.name, rows);
            }
        }

        private void end() {
            if (batch.isEmpty()) {
                return;
            }
            try {
                if (copies) {
                    insert();
                }
                for (@Nullable Object[] row : readBack()) {
                    digest(row, here);
                }
            } catch (SQLException e) {
                throw postgres.named(e);
            }
            last = batch.getLast();
            batch.clear();
            octets = 0;
        }

        private void insert() throws SQLException {
            @Nullable Object[] arrays = new Object[layout.columns.size()];
            for (int i = 0; i < arrays.length; i++) {
                int index = i;
                arrays[i] = batch.stream()
                        .map(row -> row[index])
                        .toArray(layout.columns.get(i).array());
            }
            int _ = to.update(
                    "INSERT INTO " + layout.name + " (" + layout.names() + ") SELECT * FROM unnest("
                            + "?, ".repeat(arrays.length - 1) + "?)",
                    arrays);
        }

        /** Returns as many rows as the batch has, from the place in the order of keys where it begins. */
        private List<@Nullable Object[]> readBack() throws SQLException {
            String key = layout.keyNames();
            String order = " ORDER BY " + key + " LIMIT " + batch.size();
            @Nullable Object[] before = last;
            if (before == null) {
                return to.list(layout.select() + order, layout::row);
            }
            return to.list(
                    layout.select() + " WHERE (" + key + ") > (" + "?, ".repeat(layout.key.size() - 1) + "?)" + order,
                    layout::row,
                    layout.key.stream().map(index -> before[index]).toArray());
        }
    }

    /** Adds a row to a digest, and returns how many octets it has. */
    private static long digest(@Nullable Object[] row, MessageDigest digest) {
        long octets = 0;
        for (@Nullable Object value : row) {
            byte[] bytes = switch (value) {
                case null -> new byte[0];
                case byte[] binary -> binary;
                case String text -> text.getBytes(StandardCharsets.UTF_8);
                default -> value.toString().getBytes(StandardCharsets.US_ASCII);
            };
            digest.update(ByteBuffer.allocate(Integer.BYTES)
                    .putInt(value == null ? -1 : bytes.length)
                    .flip());
            digest.update(bytes);
            octets += bytes.length;
        }
        return octets;
    }

    private static final String CHANGE_LOG = "change_log";
    /** The target has rows of its own in these tables. */
    private static final Set<String> APART = Set.of("schema_version", "generation", "lease");

    private static final int MAX_ROWS = 500;
    private static final long MAX_OCTETS = 8 * 1024 * 1024;
    private static final long REPORTED = 100_000;
}
