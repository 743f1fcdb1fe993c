package org.postseal.certstore.database;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Objects;
import java.util.Optional;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.concurrent.locks.LockSupport;
import org.jspecify.annotations.Nullable;
import org.postseal.certstore.database.CertificateDatabase.Subscription;
import org.postseal.certstore.database.DatabaseException.Fault;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Notices commits of this process and of others by asking for the version of the database on a connection that never
 * writes. It also notices when another database has taken the place of the open one, for example a restored backup in
 * place of the file. Later writes would be lost then, so the database stops working. A server that is silent for five
 * seconds counts as unreachable, since a block that another node has set might be missed.
 */
final class Watcher implements AutoCloseable {
    private static final Logger LOG = LoggerFactory.getLogger(Watcher.class);
    static final int POLL_MILLIS = 100;

    private final Engine engine;
    private final Link link;
    private final AtomicLong changes = new AtomicLong();
    private final List<Runnable> listeners = new CopyOnWriteArrayList<>();
    private final Thread thread;
    private final Optional<Object> identity;
    private final boolean mayBeReplaced;
    private final Optional<Leases> leases;
    /** A time of {@link System#nanoTime}: what was committed before it is known here. */
    private volatile long heard = System.nanoTime();

    /** The same, of what the listeners have been told. They read from the database themselves. */
    private volatile long told = heard;

    private long version;
    private boolean isBlind;
    private volatile boolean isClosed;
    private volatile @Nullable DatabaseException broken;

    private Watcher(Engine engine, Link link, boolean mayBeReplaced, Optional<Leases> leases)
            throws SQLException, IOException {
        this.engine = engine;
        this.link = link;
        this.mayBeReplaced = mayBeReplaced;
        this.leases = leases;
        this.version = engine.version(link.sql());
        this.identity = engine.identity();
        this.thread = Thread.ofPlatform().daemon().name("database-watcher").unstarted(this::run);
    }

    /**
     * Starts watching.
     *
     * @param mayBeReplaced whether another file under this path is no fault, because the open one stays whole
     * @param leases the turns to renew; empty for a file, whose changes are read from this machine's memory
     */
    static Watcher start(Engine engine, Link link, boolean mayBeReplaced, Optional<Leases> leases)
            throws SQLException, IOException {
        Watcher watcher = new Watcher(engine, link, mayBeReplaced, leases);
        watcher.thread.start();
        return watcher;
    }

    /** Returns the number of commits, unless one might be missing that nobody has been told of for too long. */
    long changes() {
        demandSound();
        demandRecent(told);
        return changes.get();
    }

    void demandSound() {
        DatabaseException why = broken;
        if (why != null) {
            throw new DatabaseException(why.fault(), Objects.requireNonNullElse(why.getMessage(), ""), why);
        }
        if (isClosed) {
            throw new DatabaseException(Fault.CLOSED, "the database is closed");
        }
        demandRecent(heard);
    }

    private void demandRecent(long time) {
        long silent = System.nanoTime() - time;
        if (leases.isPresent() && silent > SILENCE.toNanos()) {
            throw new DatabaseException(
                    Fault.UNREACHABLE,
                    engine.name() + " does not answer in time: nothing was heard of it for "
                            + Duration.ofNanos(silent).toMillis() + " ms");
        }
    }

    /**
     * Reports that this process has committed. The number of {@link #changes} changes before this returns, and the
     * watching thread wakes at once to call the listeners.
     */
    void committed() {
        changes.incrementAndGet();
        LockSupport.unpark(thread);
    }

    Subscription subscribe(Runnable listener) {
        listeners.add(listener);
        return () -> listeners.remove(listener);
    }

    @Override
    public void close() {
        isClosed = true;
        LockSupport.unpark(thread);
        if (Thread.currentThread() == thread) {
            return;
        }
        try {
            thread.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        }
    }

    private void run() {
        try (link) {
            for (long round = 0; !isClosed && broken == null; round++) {
                poll(round % 10 == 0);
                if (round % RENEWALS == 0) {
                    renewLeases();
                }
                LockSupport.parkNanos(POLL_MILLIS * 1_000_000L);
            }
        } catch (SQLException e) {
            LOG.warn("database {}: closing failed: {}", engine.name(), e.toString());
        }
    }

    private void poll(boolean checkIdentity) {
        if (checkIdentity && !mayBeReplaced && isReplaced()) {
            DatabaseException why = new DatabaseException(
                    Fault.REPLACED,
                    engine.name() + " was removed or replaced while it was open; restart to use what is there now");
            LOG.error("database: {}", why.getMessage());
            broken = why;
            changes.incrementAndGet();
            tell();
            return;
        }
        try {
            long start = System.nanoTime();
            long now = engine.version(link.sql());
            heard = start;
            if (now != version || isBlind) {
                version = now;
                isBlind = false;
                changes.incrementAndGet();
                tell();
            }
            told = start;
        } catch (SQLException | RuntimeException e) {
            // While changes cannot be seen, everything counts as changed. Readers meet the fault themselves. Without
            // this thread, they would meet it until the next start.
            if (!isBlind) {
                LOG.warn("changes of the database cannot be seen: {}", text(e));
            }
            isBlind = true;
            changes.incrementAndGet();
        }
    }

    private void renewLeases() {
        if (leases.isPresent()) {
            try {
                leases.get().renew(link.sql());
            } catch (SQLException | RuntimeException e) {
                LOG.debug("turns are not renewed: {}", text(e));
            }
        }
    }

    private String text(Exception e) {
        return e instanceof SQLException fault
                ? String.valueOf(engine.named(fault).getMessage())
                : e.toString();
    }

    private boolean isReplaced() {
        try {
            return !identity.equals(engine.identity());
        } catch (NoSuchFileException e) {
            return true;
        } catch (IOException e) {
            LOG.warn("database {} cannot be looked at: {}", engine.name(), e.toString());
            return false;
        }
    }

    private void tell() {
        for (Runnable listener : listeners) {
            try {
                listener.run();
            } catch (RuntimeException e) {
                // This is the border of the thread: a fault of one listener must not silence the others.
                LOG.error("a listener to changes of the database failed", e);
            }
        }
    }

    /** A node that has not heard of the database for so long might miss a block. */
    private static final Duration SILENCE = Duration.ofSeconds(5);
    /** Five renewals fit into a lease. */
    private static final long RENEWALS = Leases.LENGTH.toMillis() / 5 / POLL_MILLIS;
}
