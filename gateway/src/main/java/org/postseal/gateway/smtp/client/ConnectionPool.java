package org.postseal.gateway.smtp.client;

import io.netty.util.concurrent.EventExecutor;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.ReentrantLock;

/** Idle connections, the last used first; each is closed when nobody takes it for a while. Thread-safe. */
final class ConnectionPool implements AutoCloseable {
    private final ReentrantLock lock = new ReentrantLock();
    private final Deque<Connection> idle = new ArrayDeque<>();
    private final EventExecutor timer;
    private final Duration limit;
    private final int messages;
    private boolean isClosed;

    /**
     * @param limit for which a connection may be idle
     * @param messages that one connection may carry
     */
    ConnectionPool(EventExecutor timer, Duration limit, int messages) {
        this.timer = timer;
        this.limit = limit;
        this.messages = messages;
    }

    /** A connection that seems to be alive. */
    Optional<Connection> take() {
        lock.lock();
        try {
            while (!idle.isEmpty()) {
                Connection connection = idle.removeLast();
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

    /** Keeps it for the next one. */
    void give(Connection connection) {
        lock.lock();
        try {
            long use = connection.markUsed();
            if (isClosed || use >= messages || !connection.isAlive()) {
                connection.quit();
                return;
            }
            idle.addLast(connection);
            var _ = timer.schedule(() -> expire(connection, use), limit.toNanos(), TimeUnit.NANOSECONDS);
        } finally {
            lock.unlock();
        }
    }

    private void expire(Connection connection, long use) {
        lock.lock();
        try {
            if (connection.uses() == use && idle.remove(connection)) {
                connection.quit();
            }
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void close() {
        lock.lock();
        try {
            isClosed = true;
            idle.forEach(Connection::quit);
            idle.clear();
        } finally {
            lock.unlock();
        }
    }
}
