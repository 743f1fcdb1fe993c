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
 * The own store in one SQLite file. Thread-safe; callers block, virtual threads without pinning. One thread writes, a few read, each on a connection of its own. The
 * service and commands may have the same file open at once.
 *
 * <p>A write that returned is on disk ({@code synchronous=FULL}); one that threw left nothing. Every method throws {@link DatabaseException} with the fault by name.
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
     * How to open.
     *
     * @param busyTimeout how long to wait while another process writes
     * @param readers reading threads
     */
    public record Options(Duration busyTimeout, int readers) {
        /** Five seconds, four readers. */
        public static final Options DEFAULT = new Options(Duration.ofSeconds(5), 4);
    }

    /** Opens the database in {@code file}, with the default options; makes it if there is none. */
    public static CertificateDatabase open(Path file) {
        return open(file, Options.DEFAULT);
    }

    /**
     * Opens the database in {@code file}; makes it if there is none, mode 0600 and, when root does it, given to the owner of the directory. Brings older tables up to
     * date.
     *
     * @throws DatabaseException when it cannot be opened, is locked, damaged, something else, or of a newer program
     */
    public static CertificateDatabase open(Path file, Options options) {
        Sqlite sqlite = new Sqlite(file, options.busyTimeout());
        sqlite.createFile();
        return opened(sqlite, options, sqlite::connect, writer -> migrate(sqlite, writer), false);
    }

    /**
     * Opens the database in {@code file} for who only looks: nothing is made, brought up to date or changed, and whatever would write is refused as {@link Fault#READ_ONLY}.
     *
     * @throws DatabaseException when it is not there, cannot be opened, is damaged, something else, or of a newer or older program
     */
    public static CertificateDatabase openReading(Path file, Options options) {
        return openReading(file, options, false);
    }

    /**
     * As above.
     *
     * @param mayBeReplaced whether another file may take the place of this one meanwhile, which is then read on as it was
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

    /** A way to connect, with a cache of so many KiB where it says. */
    private interface Connecting {
        Sql connect(int cacheKibibytes) throws SQLException;
    }

    /** What is looked at over the first connection before there are others. */
    private interface FirstLook {
        void at(Sql sql) throws SQLException;
    }

    private static CertificateDatabase opened(
            Sqlite sqlite, Options options, Connecting way, FirstLook look, boolean mayBeReplaced) {
        List<Sql> opened = new ArrayList<>();
        try {
            // idle where nothing is to be written
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

    /** Runs {@code work} in one writing transaction; what it returns is returned once that is on disk. */
    public <T> T write(Function<Transaction, T> work) {
        return access.write(sql -> work.apply(new Transaction(sql, sqlite, true)));
    }

    /** As {@link #write}, for work without a result. */
    public void commit(Consumer<Transaction> work) {
        write(transaction -> {
            work.accept(transaction);
            return true;
        });
    }

    /** Runs {@code work} in one reading transaction: it sees one state of the database. */
    public <T> T read(Function<Transaction, T> work) {
        return access.read(sql -> work.apply(new Transaction(sql, sqlite, false)));
    }

    /**
     * A number that is another after anybody's commit: at once after one of this object, within 250 ms after one of another process. Costs one memory read.
     *
     * @throws DatabaseException when the file was replaced or cannot be read any more
     */
    public long changes() {
        return watcher.changes();
    }

    /** A number that is another after a commit that look-ups may rest on; what is fetched, noted or written aside leaves it as it is. */
    public long generation() {
        return access.read(
                sql -> sql.first(GENERATION, row -> row.getLong("number")).orElse(0L));
    }

    /** Calls {@code listener} on a thread of its own within 250 ms after anybody's commit, until the result is closed. One call may stand for several commits. */
    public Subscription onChange(Runnable listener) {
        return watcher.subscribe(listener);
    }

    /** Ends what {@link #onChange} began. */
    public interface Subscription extends AutoCloseable {
        @Override
        void close();
    }

    /** Every fault found in the file; reads all of it, which takes seconds for a large one. */
    public List<String> integrityFaults() {
        return access.read(Sqlite::integrity);
    }

    /**
     * Leaves nothing in the files of what was deleted or overwritten before, as far as SQLite decides it.
     *
     * @return false when a reader of another process still needs the log; it is emptied later then
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
     * The right to do what is named, which one at a time has among all that have opened this file, in whichever process; empty while somebody has it. Of this
     * {@code name}, the characters of file names count.
     */
    public Optional<Turn> turn(String name) {
        return Turn.take(sqlite.file(), name);
    }

    /** The file. */
    public Path file() {
        return sqlite.file();
    }

    /** Waits for what is under way. */
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
                                    : " was written by an older program: the gateway brings it up to date at its start"));
        }
    }

    private static void migrate(Sqlite sqlite, Sql sql) throws SQLException {
        // without the writer's lock if it can be: another process may be importing
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

    /** Each piece of work is a transaction. */
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
