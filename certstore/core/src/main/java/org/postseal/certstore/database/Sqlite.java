package org.postseal.certstore.database;

import java.io.IOException;
import java.nio.file.FileAlreadyExistsException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.Connection;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.locks.LockSupport;
import org.postseal.certstore.Ownership;
import org.postseal.certstore.database.DatabaseException.Fault;
import org.sqlite.SQLiteConfig;
import org.sqlite.SQLiteException;
import org.sqlite.SQLiteOpenMode;

/** SQLite, which keeps the database in one file. */
public final class Sqlite implements Engine {
    private final Path file;
    private final Duration busyTimeout;

    /**
     * Describes a database file.
     *
     * @param busyTimeout how long to wait while another process writes
     */
    public Sqlite(Path file, Duration busyTimeout) {
        this.file = file;
        this.busyTimeout = busyTimeout;
    }

    @Override
    public String name() {
        return file.toString();
    }

    @Override
    public Optional<Path> file() {
        return Optional.of(file);
    }

    /** Demands that the file is there. */
    void demandFile() {
        if (!Files.isRegularFile(file)) {
            throw new DatabaseException(
                    Fault.CANNOT_OPEN,
                    file + (Files.exists(file) ? " is not a file" : " is not there, or may not be looked for"));
        }
    }

    /**
     * Creates an empty file if there is none. Only its owner may read it. If the process is root, the file belongs to
     * the owner of the directory.
     */
    public void createFile() {
        if (Files.isDirectory(file)) {
            throw new DatabaseException(Fault.CANNOT_OPEN, file + " is a directory");
        }
        try {
            createOwned(file);
        } catch (FileAlreadyExistsException e) {
            // Usually the file exists, or another process was quicker. But if it is a link to nothing, SQLite would
            // create the target itself, readable by all.
            if (Files.notExists(file)) {
                throw new DatabaseException(Fault.CANNOT_OPEN, file + " is a symbolic link to nothing", e);
            }
        } catch (IOException e) {
            throw new DatabaseException(Fault.CANNOT_OPEN, file + " cannot be created: " + e, e);
        }
    }

    /**
     * Creates an empty file that only its owner may read. If the process is root, it belongs to the owner of the
     * directory.
     */
    static void createOwned(Path file) throws IOException {
        Files.createFile(file, PosixFilePermissions.asFileAttribute(PosixFilePermissions.fromString("rw-------")));
        // A command that root runs must leave a file that the service can write.
        Path directory = file.toAbsolutePath().getParent();
        if (directory != null) {
            Ownership.giveAsOf(directory, file);
        }
    }

    /** A committed transaction is on disk ({@code synchronous=FULL}), in a write-ahead log. */
    @Override
    public Sql connect(Use use) throws SQLException {
        SQLiteConfig config = new SQLiteConfig();
        config.setJournalMode(SQLiteConfig.JournalMode.WAL);
        config.setSynchronous(SQLiteConfig.SynchronousMode.FULL);
        config.enforceForeignKeys(true);
        config.setBusyTimeout(Math.toIntExact(busyTimeout.toMillis()));
        config.setTempStore(SQLiteConfig.TempStore.MEMORY);
        config.setCacheSize(-cacheKibibytes(use));
        // The driver would otherwise ask for generated keys after each statement that writes.
        config.setGetGeneratedKeys(false);
        Sql sql = new Sql(opened(config));
        // A damaged or forged file is noticed sooner, and its schema cannot run functions.
        sql.execute("PRAGMA cell_size_check = ON");
        sql.execute("PRAGMA trusted_schema = OFF");
        // A removed key is overwritten, although it is wrapped.
        sql.execute("PRAGMA secure_delete = ON");
        return sql;
    }

    private static int cacheKibibytes(Use use) {
        return switch (use) {
            case WRITING -> 64 * 1024;
            case READING -> 8 * 1024;
            case WATCHING -> 64;
        };
    }

    /**
     * Retries until the busy timeout. While other processes switch a new file to the write-ahead log, SQLite reports at
     * once that it is locked, and does not wait.
     */
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

    /** Connects for reading only. Nothing is created and nothing can be changed. */
    public Sql connectReading() throws SQLException {
        SQLiteConfig config = new SQLiteConfig();
        config.setReadOnly(true);
        config.setBusyTimeout(Math.toIntExact(busyTimeout.toMillis()));
        Sql sql = new Sql(config.createConnection("jdbc:sqlite:" + file.toAbsolutePath()));
        sql.execute("PRAGMA trusted_schema = OFF");
        return sql;
    }

    /**
     * Connects while nobody else has the file open, and keeps all others out until the connection is closed. No file is
     * created.
     */
    Sql connectAlone() throws SQLException {
        SQLiteConfig config = new SQLiteConfig();
        config.resetOpenMode(SQLiteOpenMode.CREATE);
        config.setBusyTimeout(Math.toIntExact(busyTimeout.toMillis()));
        config.setGetGeneratedKeys(false);
        Sql sql = new Sql(config.createConnection("jdbc:sqlite:" + file.toAbsolutePath()));
        sql.execute("PRAGMA trusted_schema = OFF");
        // The lock is taken with the first page that is read, and each other connection to a file in WAL mode holds
        // one.
        sql.execute("PRAGMA locking_mode = EXCLUSIVE");
        return sql;
    }

    /**
     * Connects for filling a whole file before anybody reads it. There is no rollback journal, and nothing is sure to
     * be on disk until the caller flushes the file. Neither this file nor an attached one is created.
     */
    Sql connectMaking(int cacheKibibytes) throws SQLException {
        SQLiteConfig config = new SQLiteConfig();
        // The flags of this connection also apply to an attached file.
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

    @Override
    public List<String> tables(Sql sql) throws SQLException {
        return sql.list("SELECT name FROM sqlite_master WHERE type = 'table'", row -> row.getString(1));
    }

    @Override
    public String definition(String statement) {
        return statement;
    }

    /** Reads shared memory only. */
    @Override
    public long version(Sql sql) throws SQLException {
        return sql.first("PRAGMA data_version", row -> row.getLong(1)).orElse(0L);
    }

    @Override
    public Optional<Object> identity() throws IOException {
        return Optional.ofNullable(
                Files.readAttributes(file, BasicFileAttributes.class).fileKey());
    }

    /** Moves the write-ahead log into the file and empties it. Returns false if a reader still needs the log. */
    @Override
    public boolean emptyLog(Sql sql) throws SQLException {
        return sql.first("PRAGMA wal_checkpoint(TRUNCATE)", row -> row.getInt("busy") == 0)
                .orElse(false);
    }

    @Override
    public List<String> integrity(Sql sql) throws SQLException {
        List<String> lines = sql.list("PRAGMA integrity_check(100)", row -> row.getString(1));
        return lines.equals(List.of("ok")) ? List.of() : lines;
    }

    @Override
    public void beginReading(Sql sql) throws SQLException {
        sql.execute("BEGIN");
    }

    /**
     * Begins a transaction and takes the writer's lock at once. A transaction that reads first and writes later could
     * find its snapshot outdated.
     */
    @Override
    public void beginWriting(Sql sql) throws SQLException {
        int _ = sql.update("BEGIN IMMEDIATE");
    }

    @Override
    public void beginMigrating(Sql sql) throws SQLException {
        beginWriting(sql);
    }

    @Override
    public void commit(Sql sql) throws SQLException {
        int _ = sql.update("COMMIT");
    }

    /** SQLite itself rolls back when the disk is full. */
    @Override
    public void rollback(Sql sql, Throwable cause) {
        try {
            sql.execute("ROLLBACK");
        } catch (SQLException nothingActive) {
            cause.addSuppressed(nothingActive);
        }
    }

    @Override
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
            case NEWER, REPLACED, UNREACHABLE, REFUSED, CLOSED, INTERNAL -> ": " + e.getMessage();
        };
        return new DatabaseException(fault, file + what, e);
    }

    private static Fault fault(SQLException e) {
        if (!(e instanceof SQLiteException sqlite)) {
            return Fault.INTERNAL;
        }
        // The low octet is the primary result code.
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
