package org.postseal.certstore.database;

import java.io.IOException;
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
 * The gateway's own store, in one SQLite file or in PostgreSQL. It is thread-safe. Calls block, but they do not pin
 * virtual threads: one thread writes and a few read, each on its own connection. Several processes may have the same
 * database open at the same time.
 *
 * <p>When a write returns, it is on disk. A write that throws leaves nothing behind, but for what
 * {@link Fault#UNREACHABLE} says. Every method may throw a {@link DatabaseException}, which names the fault.
 */
public final class CertificateDatabase extends Contents implements AutoCloseable {
    private final Engine engine;
    private final Lanes readers;
    private final Lanes writer;
    private final Watcher watcher;
    private final Optional<Leases> leases;
    private final Access access = new OwnTransactions();

    private CertificateDatabase(Engine engine, Lanes readers, Lanes writer, Watcher watcher, Optional<Leases> leases) {
        this.engine = engine;
        this.readers = readers;
        this.writer = writer;
        this.watcher = watcher;
        this.leases = leases;
    }

    /**
     * Options for opening a database.
     *
     * @param busyTimeout how long to wait while another process writes the file
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
        return opened(sqlite, options.readers(), sqlite::connect, writer -> migrate(sqlite, writer), FILE);
    }

    /**
     * Opens the database in PostgreSQL, and makes its tables or brings them up to date.
     *
     * @param readers the number of reading threads; two more connections are for writing and for watching
     * @throws DatabaseException if the server cannot be reached or refuses, or if the database is none of ours or was
     *     written by a newer program
     */
    public static CertificateDatabase open(Postgres postgres, int readers) {
        return open(postgres, readers, "none");
    }

    /** @param node names this process beside the turns that it takes */
    static CertificateDatabase open(Postgres postgres, int readers, String node) {
        return opened(
                postgres,
                readers,
                postgres::connect,
                writer -> migrate(postgres, writer),
                new Opening(false, Optional.of(node)));
    }

    /** Opens the database in PostgreSQL for callers who only read. Nothing is created or migrated. */
    static CertificateDatabase openReading(Postgres postgres, int readers, String node) {
        return opened(
                postgres,
                readers,
                postgres::connect,
                idle -> demandCurrent(postgres, idle),
                new Opening(false, Optional.of(node)));
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
        sqlite.demandFile();
        return opened(
                sqlite,
                options.readers(),
                _ -> sqlite.connectReading(),
                idle -> demandCurrent(sqlite, idle),
                new Opening(mayBeReplaced, Optional.empty()));
    }

    private interface Connecting {
        Sql connect(Engine.Use use) throws SQLException;
    }

    /** Checks or prepares the database on the first connection, before others are opened. */
    private interface FirstLook {
        void at(Sql sql) throws SQLException;
    }

    /**
     * How a database is opened.
     *
     * @param node the process of a fleet that opens it on a server; empty for a file
     */
    private record Opening(boolean mayBeReplaced, Optional<String> node) {}

    private static CertificateDatabase opened(
            Engine engine, int readers, Connecting way, FirstLook look, Opening opening) {
        List<Link> opened = new ArrayList<>();
        try {
            // This connection stays idle if the database is open for reading only.
            Link writer = new Link(engine, () -> way.connect(Engine.Use.WRITING));
            opened.add(writer);
            look.at(writer.sql());
            Link watched = new Link(engine, () -> way.connect(Engine.Use.WATCHING));
            opened.add(watched);
            List<Link> reading = new ArrayList<>();
            for (int i = 0; i < readers; i++) {
                Link reader = new Link(engine, () -> way.connect(Engine.Use.READING));
                opened.add(reader);
                reading.add(reader);
            }
            Lanes writing = new Lanes("database-writer-", List.of(writer));
            Optional<Leases> leases = opening.node().map(node -> new Leases(engine, writing, node));
            Watcher watcher = Watcher.start(engine, watched, opening.mayBeReplaced(), leases);
            return new CertificateDatabase(engine, new Lanes("database-reader-", reading), writing, watcher, leases);
        } catch (SQLException e) {
            closeAll(opened, e);
            throw engine.named(e);
        } catch (IOException e) {
            closeAll(opened, e);
            throw new DatabaseException(Fault.CANNOT_OPEN, engine.name() + " cannot be opened: " + e, e);
        } catch (RuntimeException e) {
            closeAll(opened, e);
            throw e;
        }
    }

    /** Runs {@code work} in one writing transaction, and returns its result once the transaction is on disk. */
    public <T> T write(Function<Transaction, T> work) {
        return access.write(sql -> work.apply(new Transaction(sql, engine, true)));
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
        return access.read(sql -> work.apply(new Transaction(sql, engine, false)));
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
        return generations().all();
    }

    /**
     * Numbers that change with commits.
     *
     * @param all what {@link #generation} returns
     * @param harvest the number of those commits that only learnt certificates from mail
     */
    public record Generations(long all, long harvest) {
        /** Returns true if nothing but learning lies between these numbers and those. */
        public boolean differOnlyByHarvest(Generations other) {
            return all - harvest == other.all - other.harvest;
        }
    }

    public Generations generations() {
        return access.read(sql -> sql.first(
                        GENERATION, row -> new Generations(row.getLong("number"), row.getLong("harvest")))
                .orElse(new Generations(0, 0)));
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

    /** Returns the faults of the stored data. It reads everything, which takes seconds if that is much. */
    public List<String> integrityFaults() {
        return access.read(engine::integrity);
    }

    /**
     * Removes the traces of deleted and overwritten rows from the disk, as far as the engine can. SQLite empties its
     * write-ahead log. PostgreSQL can do nothing: traces are left until the server has cleaned the table and discarded
     * its write-ahead log.
     *
     * @return false if traces may be left for now
     */
    public boolean emptyLog() {
        watcher.demandSound();
        return writer.call(sql -> {
            try {
                return engine.emptyLog(sql);
            } catch (SQLException e) {
                throw engine.named(e);
            }
        });
    }

    /**
     * Takes the turn called {@code name}, the right to do one kind of work. Among all processes that have opened this
     * database, only one holder has a turn at a time. Returns empty while somebody holds it. Beside a file, characters
     * of {@code name} that do not belong in a file name are replaced.
     */
    public Optional<Turn> turn(String name) {
        if (leases.isPresent()) {
            watcher.demandSound();
            return leases.get().take(name);
        }
        return FileTurn.take(engine.file().orElseThrow(), name);
    }

    /**
     * Returns the node whose process holds the turn of this name. It is empty if nobody holds it, and beside a file,
     * which no other machine has open.
     */
    public Optional<String> holder(String name) {
        return leases.flatMap(_ -> access.read(sql -> Leases.holder(sql, name)));
    }

    /**
     * Takes a turn as {@link #turn} does, for work that one gateway of a fleet does for all. A gateway with a file of
     * its own is alone, and always has it.
     */
    public Optional<Turn> turnOfFleet(String name) {
        return leases.isPresent() ? turn(name) : Optional.of(new Turn.Unshared());
    }

    /** Names the database in messages, without any password. */
    public String name() {
        return engine.name();
    }

    /** Returns the file that holds the database; empty if a server holds it. */
    public Optional<Path> file() {
        return engine.file();
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

    private static void demandCurrent(Engine engine, Sql sql) throws SQLException {
        if (engine.isEmpty(sql)) {
            throw new DatabaseException(Fault.CANNOT_OPEN, engine.name() + " is empty yet");
        }
        if (!Migrations.isCurrent(sql)) {
            boolean isNewer = Migrations.isNewer(sql);
            throw new DatabaseException(
                    isNewer ? Fault.NEWER : Fault.CANNOT_OPEN,
                    engine.name()
                            + (isNewer
                                    ? " was written by a newer program"
                                    : " was written by an older program:"
                                            + " the gateway brings it up to date at its start"));
        }
    }

    /** Makes the tables, or brings them up to date. */
    static void migrate(Engine engine, Sql sql) throws SQLException {
        // Avoid the writer's lock if the tables are current: another process may be importing.
        if (!engine.isEmpty(sql) && Migrations.isCurrent(sql)) {
            return;
        }
        engine.beginMigrating(sql);
        try {
            Migrations.apply(engine, sql, Instant.now());
            engine.commit(sql);
        } catch (SQLException | RuntimeException e) {
            engine.rollback(sql, e);
            throw e;
        }
    }

    private static void closeAll(List<Link> links, Exception cause) {
        for (Link link : links) {
            try {
                link.close();
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
        public <T> T writeLearnt(Work<T> work) {
            return writeAside(sql -> {
                T result = work.run(sql);
                sql.update("UPDATE generation SET number = number + 1, harvest = harvest + 1");
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
                    engine.beginWriting(sql);
                } else {
                    engine.beginReading(sql);
                }
                try {
                    T result = work.run(sql);
                    engine.commit(sql);
                    return result;
                } catch (SQLException | RuntimeException | Error e) {
                    engine.rollback(sql, e);
                    throw e;
                }
            } catch (SQLException e) {
                throw engine.named(e);
            }
        }
    }

    private static final Opening FILE = new Opening(false, Optional.empty());
    static final String GENERATION = "SELECT number, harvest FROM generation";
}
