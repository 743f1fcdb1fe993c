package org.postseal.certstore.database;

import java.io.IOException;
import java.nio.file.NoSuchFileException;
import java.sql.SQLException;
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
 * place of the file. Later writes would be lost then, so the database stops working.
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
    private long version;
    private boolean isBlind;
    private volatile boolean isClosed;
    private volatile @Nullable DatabaseException broken;

    private Watcher(Engine engine, Link link, boolean mayBeReplaced) throws SQLException, IOException {
        this.engine = engine;
        this.link = link;
        this.mayBeReplaced = mayBeReplaced;
        this.version = engine.version(link.sql());
        this.identity = engine.identity();
        this.thread = Thread.ofPlatform().daemon().name("database-watcher").unstarted(this::run);
    }

    /**
     * Starts watching.
     *
     * @param mayBeReplaced whether another file under this path is no fault, because the open one stays whole
     */
    static Watcher start(Engine engine, Link link, boolean mayBeReplaced) throws SQLException, IOException {
        Watcher watcher = new Watcher(engine, link, mayBeReplaced);
        watcher.thread.start();
        return watcher;
    }

    long changes() {
        demandSound();
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
            long now = engine.version(link.sql());
            if (now != version || isBlind) {
                version = now;
                isBlind = false;
                changes.incrementAndGet();
                tell();
            }
        } catch (SQLException | DatabaseException e) {
            // While changes cannot be seen, everything counts as changed. Readers meet the fault themselves.
            if (!isBlind) {
                LOG.warn("database {}: changes cannot be seen: {}", engine.name(), e.toString());
            }
            isBlind = true;
            changes.incrementAndGet();
        }
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
}
