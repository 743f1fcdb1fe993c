package org.postseal.certstore.database;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.locks.LockSupport;
import org.postseal.certstore.Ownership;
import org.postseal.certstore.database.DatabaseException.Fault;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteException;
import org.sqlite.SQLiteOpenMode;

/** All that is SQLite's own: how the file is made and opened, how transactions begin, what its error codes mean. */
public final class Sqlite {
    private final Path file;
    private final Duration busyTimeout;

    /**
     * @param busyTimeout how long to wait while another process writes
     */
    public Sqlite(Path file, Duration busyTimeout) {
        this.file = file;
        this.busyTimeout = busyTimeout;
    }

    /** The file. */
    public Path file() {
        return file;
    }

    /** Makes an empty file if there is none: readable by its owner alone, who is that of the directory when the process is root. */
    public void createFile() {
        if (Files.isDirectory(file)) {
            throw new DatabaseException(Fault.CANNOT_OPEN, file + " is a directory");
        }
        try {
            createOwned(file);
        } catch (FileAlreadyExistsException e) {
            // the usual case, or another process was quicker. But behind a link to nothing SQLite would make a file of
            // its own, open to all
            if (Files.notExists(file)) {
                throw new DatabaseException(Fault.CANNOT_OPEN, file + " is a symbolic link to nothing", e);
            }
        } catch (IOException e) {
            throw new DatabaseException(Fault.CANNOT_OPEN, file + " cannot be created: " + e, e);
        }
    }

    /** An empty file, readable by its owner alone, who is that of the directory when the process is root. */
    static void createOwned(Path file) throws IOException {
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        // a command run by root must leave a file that the service can write
        Path directory = file.toAbsolutePath().getParent();
        if (directory != null) {
            Ownership.giveAsOf(directory, file);
        }
    }

    /** For reading and writing; what is committed is on disk ({@code synchronous=FULL}), in a write-ahead log. */
    public Sql connect(int cacheKibibytes) throws SQLException {
        SQLiteConfig config = new SQLiteConfig();
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
        config.enforceForeignKeys(true);
        config.setBusyTimeout(Math.toIntExact(busyTimeout.toMillis()));
        config.setTempStore(SQLiteConfig.TempStore.MEMORY);
        config.setCacheSize(-cacheKibibytes);
        // the driver would ask for them after each statement that writes
        config.setGetGeneratedKeys(false);
        Sql sql = new Sql(opened(config));
        // a damaged or doctored file is noticed sooner, and its schema runs nothing
        sql.execute("PRAGMA cell_size_check = ON");
        sql.execute("PRAGMA trusted_schema = OFF");
        // a removed key is overwritten, wrapped though it is
        sql.execute("PRAGMA secure_delete = ON");
        return sql;
    }

    /** When others turn the new file to its write-ahead log at the same time, SQLite says at once that it is locked and waits for nobody. */
    private Connection opened(SQLiteConfig config) throws SQLException {
        long start = System.nanoTime();
        while (true) {
            try {
                return config.createConnection("jdbc:sqlite:" + file.toAbsolutePath());
            } catch (SQLException e) {
                if (fault(e) != Fault.LOCKED || System.nanoTime() - start >= busyTimeout.toNanos()) {
                    throw e;
                }
                LockSupport.parkNanos(RETRY.toNanos());
            }
        }
    }

    /** For who only looks: nothing is made and nothing can be changed. */
    public Sql connectReading() throws SQLException {
        SQLiteConfig config = new SQLiteConfig();
        config.setReadOnly(true);
        config.setBusyTimeout(Math.toIntExact(busyTimeout.toMillis()));
        Sql sql = new Sql(config.createConnection("jdbc:sqlite:" + file.toAbsolutePath()));
        sql.execute("PRAGMA trusted_schema = OFF");
        return sql;
    }

    /** For who makes a whole file before anybody looks at it: nothing is kept to go back to, and nothing is on disk before somebody sees to it. Makes no file, neither this one nor one that is attached. */
    Sql connectMaking(int cacheKibibytes) throws SQLException {
        SQLiteConfig config = new SQLiteConfig();
        // the flags of this one are those of what is attached
        config.resetOpenMode(SQLiteOpenMode.CREATE);
        config.setJournalMode(SQLiteConfig.JournalMode.OFF);
        config.setSynchronous(SQLiteConfig.SynchronousMode.OFF);
        config.enforceForeignKeys(false);
        config.setBusyTimeout(Math.toIntExact(busyTimeout.toMillis()));
        config.setTempStore(SQLiteConfig.TempStore.MEMORY);
        config.setCacheSize(-cacheKibibytes);
        config.setGetGeneratedKeys(false);
        Sql sql = new Sql(config.createConnection("jdbc:sqlite:" + file.toAbsolutePath()));
        sql.execute("PRAGMA trusted_schema = OFF");
        return sql;
    }

    /** True when nobody has made a table yet. */
    public boolean isEmpty(Sql sql) throws SQLException {
        List<String> tables = sql.list("SELECT name FROM sqlite_master WHERE type = 'table'", row -> row.getString(1));
        if (!tables.isEmpty() && !tables.contains("schema_version")) {
            throw new DatabaseException(Fault.NOT_A_DATABASE, file + " is the database of another program");
        }
        return tables.isEmpty();
    }

    /** Another number after each commit by any other connection; reads shared memory only. */
    static long dataVersion(Sql sql) throws SQLException {
        return sql.first("PRAGMA data_version", row -> row.getLong(1)).orElse(0L);
    }

    /** Moves the write-ahead log into the file and empties it; false when a reader still needs it. */
    static boolean emptyLog(Sql sql) throws SQLException {
        return sql.first("PRAGMA wal_checkpoint(TRUNCATE)", row -> row.getInt("busy") == 0)
                .orElse(false);
    }

    /** Every fault of the file, empty when it is sound; reads all of it. */
    public static List<String> integrity(Sql sql) throws SQLException {
        List<String> lines = sql.list("PRAGMA integrity_check(100)", row -> row.getString(1));
        return lines.equals(List.of("ok")) ? List.of() : lines;
    }

    static void beginReading(Sql sql) throws SQLException {
        sql.execute("BEGIN");
    }

    // takes the lock now: a transaction that reads first and writes later could find its snapshot outdated
    /** Takes the writer's lock. */
    public static void beginWriting(Sql sql) throws SQLException {
        int _ = sql.update("BEGIN IMMEDIATE");
    }

    /** What was written is on disk when this returns. */
    public static void commit(Sql sql) throws SQLException {
        int _ = sql.update("COMMIT");
    }

    /** Rolls back if there is anything left to: SQLite does it by itself when the disk is full. */
    public static void rollback(Sql sql, Throwable cause) {
        try {
            sql.execute("ROLLBACK");
        } catch (SQLException nothingActive) {
            cause.addSuppressed(nothingActive);
        }
    }

    /** With the fault by name and words for the admin. */
    public DatabaseException named(SQLException e) {
        Fault fault = fault(e);
        String what = switch (fault) {
            case LOCKED -> " is locked by another process for more than " + busyTimeout.toMillis() + " ms";
            case FULL -> " cannot grow: the disk is full";
            case DAMAGED -> " is damaged";
            case READ_ONLY -> " may not be written";
            case NOT_A_DATABASE -> " is not a database";
            case CANNOT_OPEN -> " cannot be opened";
            case INPUT_OUTPUT -> ": the disk reports a fault";
            case NEWER, REPLACED, CLOSED, INTERNAL -> ": " + e.getMessage();
        };
        return new DatabaseException(fault, file + what, e);
    }

    private static Fault fault(SQLException e) {
        if (!(e instanceof SQLiteException sqlite)) {
            return Fault.INTERNAL;
        }
        // the low octet is the primary result code
        return switch (sqlite.getResultCode().code & 0xFF) {
            case 5, 6 -> Fault.LOCKED;
            case 8 -> Fault.READ_ONLY;
            case 10 -> Fault.INPUT_OUTPUT;
            case 11 -> Fault.DAMAGED;
            case 13 -> Fault.FULL;
            case 3, 14, 23 -> Fault.CANNOT_OPEN;
            case 26 -> Fault.NOT_A_DATABASE;
            default -> Fault.INTERNAL;
        };
    }

    private static final Duration RETRY = Duration.ofMillis(10);
}
