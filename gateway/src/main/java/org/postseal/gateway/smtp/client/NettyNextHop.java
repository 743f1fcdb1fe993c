package org.postseal.gateway.smtp.client;

import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Semaphore;
import java.util.concurrent.TimeUnit;
import org.postseal.gateway.config.GatewayConfig.NextHopConfig;
import org.postseal.gateway.config.GatewayConfig.TlsMode;
import org.postseal.gateway.smime.Sendable;
import org.postseal.policy.Reason;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * The SMTP client: pooled, pipelining connections on Netty behind a blocking call. Callers are meant to be virtual threads; two event-loop threads serve them all.
 * Nothing of a message is kept here but the blocks that the peer has not yet taken.
 */
public final class NettyNextHop implements NextHop {
    private final ClientSettings settings;
    private final EventLoopGroup group;
    private final Connector connector;
    private final ConnectionPool pool;
    private final Semaphore slots;
    private volatile boolean isClosed;

    /**
     * @throws IOException when the trust file cannot be read
     */
    public NettyNextHop(ClientSettings settings) throws IOException {
        this(settings, ByteBufAllocator.DEFAULT);
    }

    /** With an allocator that a test can ask how much is held. */
    NettyNextHop(ClientSettings settings, ByteBufAllocator allocator) throws IOException {
        this.settings = settings;
        this.group = new MultiThreadIoEventLoopGroup(
                THREADS, new DefaultThreadFactory("mail-out", true), NioIoHandler.newFactory());
        try {
            this.connector = new Connector(settings, group, allocator);
        } catch (IOException | RuntimeException failed) {
            var _ = group.shutdownGracefully(0, 0, TimeUnit.SECONDS);
            throw failed;
        }
        this.pool = new ConnectionPool(group.next(), settings.idle());
        this.slots = new Semaphore(settings.connections(), true);
    }

    /**
     * Reads trust anchors as the client does.
     *
     * @throws IOException when the file holds none
     */
    public static void requireTrust(Path anchors) throws IOException {
        InetSocketAddress nobody = InetSocketAddress.createUnresolved("localhost", 25);
        var _ = Connector.tlsFor(new NextHopConfig(nobody, TlsMode.VERIFY, Optional.of(anchors)));
    }

    @Override
    public List<Outcome> send(Sendable unit, OutgoingEnvelope envelope, boolean allOrNothing) {
        envelope.requireNamedBy(unit);
        Content content;
        try {
            content = Content.of(envelope.traceFields(), unit.message());
        } catch (IOException unreadable) {
            LOG.error("Message cannot be read", unreadable);
            return forAll(envelope, Reason.INTERNAL_ERROR, unreadable.toString());
        }
        if (isClosed) {
            return forAll(envelope, Reason.NEXT_HOP_UNAVAILABLE, "the client is closed");
        }
        if (!takeSlot()) {
            return forAll(envelope, Reason.NEXT_HOP_UNAVAILABLE, "all connections in use");
        }
        try {
            return send(unit, envelope, content, allOrNothing);
        } finally {
            slots.release();
        }
    }

    @Override
    public void close() {
        isClosed = true;
        pool.close();
        var _ = group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }

    private List<Outcome> send(Sendable unit, OutgoingEnvelope envelope, Content content, boolean allOrNothing) {
        Optional<List<Outcome>> done =
                pool.take().flatMap(idle -> attempt(idle, unit, envelope, content, allOrNothing));
        if (done.isPresent()) {
            return done.get();
        }
        Connection fresh;
        try {
            fresh = connector.open();
        } catch (LostException unavailable) {
            LOG.warn("Next hop {} not available: {}", settings.nextHop().address(), unavailable.getMessage());
            return forAll(envelope, Reason.NEXT_HOP_UNAVAILABLE, String.valueOf(unavailable.getMessage()));
        }
        return attempt(fresh, unit, envelope, content, allOrNothing).orElseThrow();
    }

    private Optional<List<Outcome>> attempt(
            Connection connection, Sendable unit, OutgoingEnvelope envelope, Content content, boolean allOrNothing) {
        boolean isReusable = false;
        try {
            Transaction transaction =
                    new Transaction(connection, unit, envelope, content, allOrNothing, settings.timeouts());
            Optional<List<Outcome>> outcomes = transaction.run();
            isReusable = transaction.isConnectionReusable();
            return outcomes;
        } finally {
            if (isReusable) {
                pool.give(connection);
            } else {
                connection.drop();
            }
        }
    }

    private boolean takeSlot() {
        try {
            return slots.tryAcquire(settings.timeouts().slot().toNanos(), TimeUnit.NANOSECONDS);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return false;
        }
    }

    private static List<Outcome> forAll(OutgoingEnvelope envelope, Reason reason, String detail) {
        return Collections.nCopies(envelope.recipients().size(), Outcome.of(reason, detail));
    }

    private static final Logger LOG = LoggerFactory.getLogger(NettyNextHop.class);
    private static final int THREADS = 2;
}
