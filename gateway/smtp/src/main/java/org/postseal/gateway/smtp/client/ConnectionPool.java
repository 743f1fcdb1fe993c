package org.postseal.gateway.smtp.client;

import io.netty.util.concurrent.EventExecutor;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/**
 * Keeps idle connections and gives out the last used first. Each is closed when nobody takes it for a while. There is
 * one timer for all, since a message takes a connection and gives it back within milliseconds. Thread-safe.
 */
final class ConnectionPool implements AutoCloseable {
    private final ReentrantLock lock = new ReentrantLock();
    // The connection that has been idle longest comes first.
    private final Deque<Idle> idle = new ArrayDeque<>();
    private final EventExecutor timer;
    private final Duration limit;
    private final int messages;
    private boolean isTimed;
    private boolean isClosed;

    private record Idle(Connection connection, long since) {}

    /**
     * @param limit for which a connection may be idle
     * @param messages how many one connection may carry
     */
    ConnectionPool(EventExecutor timer, Duration limit, int messages) {
        this.timer = timer;
        this.limit = limit;
        this.messages = messages;
    }

    /** Takes a connection that seems to be alive. */
    Optional<Connection> take() {
        lock.lock();
        try {
            while (!idle.isEmpty()) {
                Connection connection = idle.removeLast().connection();
                if (connection.isAlive()) {
                    return Optional.of(connection);
                }
                connection.quit();
            }
            return Optional.empty();
        } finally {
            lock.unlock();
        }
    }

    /** Keeps a connection for the next message, or ends it if it is worn out. */
    void give(Connection connection) {
        lock.lock();
        try {
            long use = connection.markUsed();
            if (isClosed || use >= messages || !connection.isAlive()) {
                connection.quit();
                return;
            }
            idle.addLast(new Idle(connection, System.nanoTime()));
            startTimer();
        } finally {
            lock.unlock();
        }
    }

    /** Starts the timer; the caller holds the lock. */
    private void startTimer() {
        Idle oldest = idle.peekFirst();
        if (oldest != null && !isTimed) {
            isTimed = true;
            long left = limit.toNanos() - (System.nanoTime() - oldest.since());
            var _ = timer.schedule(this::expire, Math.max(1, left), TimeUnit.NANOSECONDS);
        }
    }

    private void expire() {
        lock.lock();
        try {
            long now = System.nanoTime();
            for (Idle oldest = idle.peekFirst();
                    oldest != null && now - oldest.since() >= limit.toNanos();
                    oldest = idle.peekFirst()) {
                idle.removeFirst();
                oldest.connection().quit();
            }
            isTimed = false;
            startTimer();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            isClosed = true;
            idle.forEach(one -> one.connection().quit());
            idle.clear();
        } finally {
            lock.unlock();
        }
    }
}
