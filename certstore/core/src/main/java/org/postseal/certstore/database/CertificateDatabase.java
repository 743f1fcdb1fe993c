package org.postseal.certstore.database;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.Consumer;
import java.util.function.Function;
import org.postseal.certstore.database.DatabaseException.Fault;

/**
 * The gateway's own store in one SQLite file. It is thread-safe. Calls block, but they do not pin virtual threads: one
 * thread writes and a few read, each on its own connection. The service and commands may have the same file open at the
 * same time.
 *
 * <p>When a write returns, it is on disk ({@code synchronous=FULL}). A write that throws leaves nothing behind. Every
 * method may throw a {@link DatabaseException}, which names the fault.
 */
public final class CertificateDatabase extends Contents implements AutoCloseable {
    private final Sqlite sqlite;
    private final Lanes readers;
    private final Lanes writer;
    private final Watcher watcher;
    private final Access access = new OwnTransactions();

    private CertificateDatabase(Sqlite sqlite, Lanes readers, Lanes writer, Watcher watcher) {
        this.sqlite = sqlite;
        this.readers = readers;
        this.writer = writer;
        this.watcher = watcher;
    }

    /**
     * Options for opening a database.
     *
     * @param busyTimeout how long to wait while another process writes
     * @param readers the number of reading threads
     */
    public record Options(Duration busyTimeout, int readers) {
        /** Waits for five seconds and starts four readers. */
        public static final Options DEFAULT = new Options(Duration.ofSeconds(5), 4);
    }

    /** Opens the database in {@code file} with the default options. Creates the file if there is none. */
    public static CertificateDatabase open(Path file) {
        return open(file, Options.DEFAULT);
    }

    /**
     * Opens the database in {@code file}, and brings older tables up to date. Creates the file if there is none, with
     * mode 0600; if the process runs as root, the file belongs to the owner of the directory.
     *
     * @throws DatabaseException if the file cannot be opened, is locked or damaged, is no database of ours, or was
     *     written by a newer program
     */
    public static CertificateDatabase open(Path file, Options options) {
        Sqlite sqlite = new Sqlite(file, options.busyTimeout());
        sqlite.createFile();
        return opened(sqlite, options, sqlite::connect, writer -> migrate(sqlite, writer), false);
    }

    /**
     * Opens the database in {@code file} for reading. Nothing is created, migrated or changed, and every write is
     * refused as {@link Fault#READ_ONLY}.
     *
     * @throws DatabaseException if the file does not exist, cannot be opened, is damaged, is no database of ours, or
     *     was written by a newer or older program
     */
    public static CertificateDatabase openReading(Path file, Options options) {
        return openReading(file, options, false);
    }

    /**
     * Opens the database in {@code file} for reading.
     *
     * @param mayBeReplaced whether another file may take the place of this one while it is open; the open one is then
     *     still read as it was
     */
    static CertificateDatabase openReading(Path file, Options options, boolean mayBeReplaced) {
        Sqlite sqlite = new Sqlite(file, options.busyTimeout());
        if (!Files.isRegularFile(file)) {
            throw new DatabaseException(
                    Fault.CANNOT_OPEN,
                    file + (Files.exists(file) ? " is not a file" : " is not there, or may not be looked for"));
        }
        return opened(
                sqlite, options, _ -> sqlite.connectReading(), idle -> demandCurrent(sqlite, idle), mayBeReplaced);
    }

    /** Opens a connection. Only a connection that writes obeys the cache size. */
    private interface Connecting {
        Sql connect(int cacheKibibytes) throws SQLException;
    }

    /** Checks or prepares the database on the first connection, before others are opened. */
    private interface FirstLook {
        void at(Sql sql) throws SQLException;
    }

    private static CertificateDatabase opened(
            Sqlite sqlite, Options options, Connecting way, FirstLook look, boolean mayBeReplaced) {
        List<Sql> opened = new ArrayList<>();
        try {
            // This connection stays idle if the database is open for reading only.
            Sql writer = way.connect(WRITER_CACHE_KIBIBYTES);
            opened.add(writer);
            look.at(writer);
            Sql watched = way.connect(64);
            opened.add(watched);
            List<Sql> reading = new ArrayList<>();
            for (int i = 0; i < options.readers(); i++) {
                Sql reader = way.connect(READER_CACHE_KIBIBYTES);
                opened.add(reader);
                reading.add(reader);
            }
            Watcher watcher = Watcher.start(sqlite, watched, mayBeReplaced);
            return new CertificateDatabase(
                    sqlite,
                    new Lanes("database-reader-", reading),
                    new Lanes("database-writer-", List.of(writer)),
                    watcher);
        } catch (SQLException e) {
            closeAll(opened, e);
            throw sqlite.named(e);
        } catch (IOException e) {
            closeAll(opened, e);
            throw new DatabaseException(Fault.CANNOT_OPEN, sqlite.file() + " cannot be opened: " + e, e);
        } catch (RuntimeException e) {
            closeAll(opened, e);
            throw e;
        }
    }

    /** Runs {@code work} in one writing transaction, and returns its result once the transaction is on disk. */
    public <T> T write(Function<Transaction, T> work) {
        return access.write(sql -> work.apply(new Transaction(sql, sqlite, true)));
    }

    /** Runs {@code work} in one writing transaction, like {@link #write}, but without a result. */
    public void commit(Consumer<Transaction> work) {
        write(transaction -> {
            work.accept(transaction);
            return true;
        });
    }

    /** Runs {@code work} in one reading transaction, which sees one state of the database. */
    public <T> T read(Function<Transaction, T> work) {
        return access.read(sql -> work.apply(new Transaction(sql, sqlite, false)));
    }

    /**
     * Returns a number that changes with every commit, whoever makes it: at once after a commit through this object,
     * and within 250 ms after a commit by another process. The call costs one memory read.
     *
     * @throws DatabaseException if the file was replaced or can no longer be read
     */
    public long changes() {
        return watcher.changes();
    }

    /**
     * Returns a number that changes with every commit that look-ups may depend on. Fetched revocation data, notes and
     * other side writes do not change it.
     */
    public long generation() {
        return access.read(
                sql -> sql.first(GENERATION, row -> row.getLong("number")).orElse(0L));
    }

    /**
     * Calls {@code listener} on a thread of its own within 250 ms after anybody's commit, until the returned
     * subscription is closed. One call may stand for several commits.
     */
    public Subscription onChange(Runnable listener) {
        return watcher.subscribe(listener);
    }

    /** Ends the calls that {@link #onChange} started. */
    public interface Subscription extends AutoCloseable {
        @Override
        void close();
    }

    /** Returns every fault found in the file. It reads the whole file, which takes seconds if the file is large. */
    public List<String> integrityFaults() {
        return access.read(Sqlite::integrity);
    }

    /**
     * Removes the traces of deleted and overwritten rows from the files, as far as SQLite can, by emptying the
     * write-ahead log.
     *
     * @return false if a reader of another process still needs the log, which is then emptied later
     */
    public boolean emptyLog() {
        watcher.demandSound();
        return writer.call(sql -> {
            try {
                return Sqlite.emptyLog(sql);
            } catch (SQLException e) {
                throw sqlite.named(e);
            }
        });
    }

    /**
     * Takes the turn called {@code name}, the right to do one kind of work. Among all processes that have opened this
     * file, only one holder has a turn at a time. Returns empty while somebody holds it. Characters of {@code name}
     * that do not belong in a file name are replaced.
     */
    public Optional<Turn> turn(String name) {
        return Turn.take(sqlite.file(), name);
    }

    public Path file() {
        return sqlite.file();
    }

    /** Closes the database after the work under way has ended. */
    @Override
    public void close() {
        watcher.close();
        readers.close();
        writer.close();
    }

    @Override
    Access access() {
        return access;
    }

    private static void demandCurrent(Sqlite sqlite, Sql sql) throws SQLException {
        if (sqlite.isEmpty(sql)) {
            throw new DatabaseException(Fault.CANNOT_OPEN, sqlite.file() + " is empty yet");
        }
        if (!Migrations.isCurrent(sql)) {
            boolean isNewer = Migrations.isNewer(sql);
            throw new DatabaseException(
                    isNewer ? Fault.NEWER : Fault.CANNOT_OPEN,
                    sqlite.file()
                            + (isNewer
                                    ? " was written by a newer program"
                                    : " was written by an older program:"
                                            + " the gateway brings it up to date at its start"));
        }
    }

    private static void migrate(Sqlite sqlite, Sql sql) throws SQLException {
        // Avoid the writer's lock if the tables are current: another process may be importing.
        if (!sqlite.isEmpty(sql) && Migrations.isCurrent(sql)) {
            return;
        }
        Sqlite.beginWriting(sql);
        try {
            Migrations.apply(sql, sqlite.isEmpty(sql), Instant.now());
            Sqlite.commit(sql);
        } catch (SQLException | RuntimeException e) {
            Sqlite.rollback(sql, e);
            throw e;
        }
    }

    private static void closeAll(List<Sql> connections, Exception cause) {
        for (Sql sql : connections) {
            try {
                sql.close();
            } catch (SQLException e) {
                cause.addSuppressed(e);
            }
        }
    }

    /** Runs each piece of work in a transaction of its own. */
    private final class OwnTransactions implements Access {
        @Override
        public <T> T read(Work<T> work) {
            watcher.demandSound();
            return readers.call(sql -> run(sql, work, false));
        }

        @Override
        public <T> T write(Work<T> work) {
            return writeAside(sql -> {
                T result = work.run(sql);
                sql.update("UPDATE generation SET number = number + 1");
                return result;
            });
        }

        @Override
        public <T> T writeAside(Work<T> work) {
            watcher.demandSound();
            T result = writer.call(sql -> run(sql, work, true));
            watcher.committed();
            return result;
        }

        private <T> T run(Sql sql, Work<T> work, boolean writes) {
            try {
                if (writes) {
                    Sqlite.beginWriting(sql);
                } else {
                    Sqlite.beginReading(sql);
                }
                try {
                    T result = work.run(sql);
                    Sqlite.commit(sql);
                    return result;
                } catch (SQLException | RuntimeException | Error e) {
                    Sqlite.rollback(sql, e);
                    throw e;
                }
            } catch (SQLException e) {
                throw sqlite.named(e);
            }
        }
    }

    static final String GENERATION = "SELECT number FROM generation";
    private static final int WRITER_CACHE_KIBIBYTES = 64 * 1024;
    private static final int READER_CACHE_KIBIBYTES = 8 * 1024;
}
