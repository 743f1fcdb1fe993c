package org.postseal.gateway.smtp.client;

import io.netty.util.concurrent.EventExecutor;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.postseal.gateway.config.NextHopConfig.HopLimits;
import org.postseal.gateway.smtp.client.Transaction.Ended;
import org.postseal.policy.outcome.Reason;

/**
 * Keeps one address of a next hop: its connections, how many there may be, and whether it has failed lately.
 * Thread-safe.
 */
final class Endpoint implements AutoCloseable {
    private final InetSocketAddress address;
    private final Connector connector;
    private final ConnectionPool pool;
    private final Semaphore slots;
    private final Health health;
    private final HopLimits limits;

    /** Holds what the latest session announced; it is empty before the first session. */
    private volatile Optional<Announced> announced = Optional.empty();

    Endpoint(InetSocketAddress address, Connector connector, EventExecutor timer, HopLimits limits) {
        this.address = address;
        this.limits = limits;
        this.connector = connector;
        this.pool = new ConnectionPool(timer, limits.idle(), limits.messages());
        this.slots = new Semaphore(limits.connections(), true);
        this.health = new Health(limits.backOff(), System::nanoTime);
    }

    InetSocketAddress address() {
        return address;
    }

    Health health() {
        return health;
    }

    /**
     * Runs one message over a connection of the pool, or over a new one.
     *
     * @param wait how long at most for a connection to become free
     */
    Ended send(Message message, Duration wait) {
        if (!takeSlot(message.deadline().within(wait))) {
            health.notTried();
            return message.unavailable(Reason.NEXT_HOP_UNAVAILABLE, "all connections in use");
        }
        boolean isWell = false;
        try {
            Ended ended = overIdleOrNew(message);
            isWell = ended instanceof Ended.Settled;
            return ended;
        } finally {
            if (isWell) {
                health.succeeded();
            } else {
                health.failed();
            }
            slots.release();
        }
    }

    /**
     * Tells what the address announces. If no earlier session tells, it is asked in a session of its own. The result is
     * empty if it cannot be asked now.
     *
     * @param wait how long at most for a connection to become free
     */
    Optional<Announced> announced(Duration wait) {
        if (announced.isPresent() || !health.mayLead()) {
            return announced;
        }
        if (!takeSlot(wait)) {
            health.notTried();
            return announced;
        }
        try {
            Connection fresh = connector.open(address, true, Deadline.in(wait));
            heard(fresh);
            health.succeeded();
            pool.give(fresh);
        } catch (LostException unavailable) {
            health.failed();
        } finally {
            slots.release();
        }
        return announced;
    }

    private void heard(Connection connection) {
        boolean isTls = connection.session().flatMap(NextHop.Session::tls).isPresent();
        announced = Optional.of(new Announced(connection.capabilities(), isTls));
    }

    /** What a session announced, and whether it had TLS. */
    record Announced(Capabilities capabilities, boolean isTls) {}

    @Override
    public void close() {
        pool.close();
    }

    /** Closes the connections if no message is on its way over this address; returns whether it did. */
    boolean closeIfUnused() {
        if (slots.availablePermits() < limits.connections()) {
            return false;
        }
        close();
        return true;
    }

    private Ended overIdleOrNew(Message message) {
        Optional<Connection> idle = pool.take();
        if (idle.isPresent()) {
            Ended ended = run(message, idle.get());
            if (!(ended instanceof Ended.Stale)) {
                return ended;
            }
        }
        Connection fresh;
        try {
            fresh = connector.open(address, message.mayBePlain(), message.deadline());
        } catch (LostException unavailable) {
            return message.unavailable(unavailable.reason(), String.valueOf(unavailable.getMessage()));
        }
        health.succeeded();
        heard(fresh);
        return run(message, fresh);
    }

    private Ended run(Message message, Connection connection) {
        boolean isReusable = false;
        try {
            Transaction transaction = message.over(connection);
            Ended ended = transaction.run();
            isReusable = transaction.isConnectionReusable();
            return ended;
        } finally {
            if (isReusable) {
                pool.give(connection);
            } else {
                connection.drop();
            }
        }
    }

    private boolean takeSlot(Duration wait) {
        try {
            return slots.tryAcquire(wait.toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return false;
        }
    }
}
