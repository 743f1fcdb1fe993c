package org.postseal.gateway.smtp.client;

import io.netty.bootstrap.Bootstrap;
import io.netty.buffer.ByteBufAllocator;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.WriteBufferWaterMark;
import io.netty.channel.socket.nio.NioSocketChannel;
import io.netty.handler.ssl.SslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslHandler;
import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import io.netty.util.AttributeKey;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.UnknownHostException;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;
import org.postseal.gateway.config.NextHopConfig;
import org.postseal.gateway.config.NextHopConfig.Auth;
import org.postseal.gateway.config.NextHopConfig.ClientTls;
import org.postseal.gateway.config.NextHopConfig.Target;
import org.postseal.gateway.config.NextHopConfig.TlsFailure;
import org.postseal.gateway.config.NextHopConfig.TlsMode;
import org.postseal.gateway.smtp.Reply;
import org.postseal.gateway.smtp.TlsKey;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Opens connections to a next hop, up to the point where MAIL may be said. Without TLS they need no event loop.
 * Thread-safe.
 */
final class Connector implements AutoCloseable {
    private final ClientSettings settings;
    private final Bootstrap bootstrap;
    private final ByteBufAllocator allocator;
    private final Set<SocketChannel> sockets = ConcurrentHashMap.newKeySet();
    private final Set<SessionHandler> sessions = ConcurrentHashMap.newKeySet();
    private final @Nullable SslContext tls;
    private volatile boolean isClosed;

    Connector(ClientSettings settings, EventLoopGroup group, ByteBufAllocator allocator) throws IOException {
        this.settings = settings;
        this.allocator = allocator;
        this.tls = tlsFor(settings.nextHop());
        this.bootstrap = new Bootstrap()
                .group(group)
                .channel(NioSocketChannel.class)
                .option(ChannelOption.ALLOCATOR, allocator)
                .option(ChannelOption.TCP_NODELAY, true)
                .option(ChannelOption.SO_KEEPALIVE, true)
                .option(ChannelOption.CONNECT_TIMEOUT_MILLIS, (int)
                        settings.timeouts().connect().toMillis())
                .option(ChannelOption.WRITE_BUFFER_WATER_MARK, new WriteBufferWaterMark(LOW_WATER, HIGH_WATER))
                .handler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel channel) {
                        SessionHandler session = new SessionHandler(channel);
                        channel.attr(SESSION).set(session);
                        channel.pipeline().addLast(session);
                        sessions.add(session);
                        var _ = channel.closeFuture().addListener(_ -> sessions.remove(session));
                        if (isClosed) {
                            session.breakOff();
                        }
                    }
                });
    }

    /**
     * Connects, reads the greeting, says EHLO, starts TLS as configured and logs in.
     *
     * @param mayBePlain whether the mail at hand may go in clear if TLS is offered and comes to nothing
     * @param deadline for all of it
     */
    Connection open(InetSocketAddress target, boolean mayBePlain, Deadline deadline) throws LostException {
        try {
            return open(target, Optional.ofNullable(tls), deadline);
        } catch (LostException lost) {
            NextHopConfig hop = settings.nextHop();
            boolean isPlainNext = mayBePlain
                    && lost.isHandshake()
                    && hop.tls() == TlsMode.MAY
                    && hop.onTlsFailure() == TlsFailure.PLAIN;
            if (!isPlainNext) {
                throw lost;
            }
            LOG.warn("Next hop {} at {} is sent to in clear: {}", hop.name(), target, lost.getMessage());
            return open(target, Optional.empty(), deadline);
        }
    }

    private Connection open(InetSocketAddress target, Optional<SslContext> context, Deadline deadline)
            throws LostException {
        Connection connection = connect(target, deadline);
        connection.endAt(deadline);
        boolean done = false;
        try {
            greet(connection, target, context);
            done = true;
            return connection;
        } finally {
            if (!done) {
                connection.drop();
            }
        }
    }

    private void greet(Connection connection, InetSocketAddress target, Optional<SslContext> context)
            throws LostException {
        Duration limit = settings.timeouts().session();
        Reply greeting = connection.await(limit, "greeting");
        if (greeting.code() != 220) {
            throw new LostException("greeting: " + greeting);
        }
        String verb = switch (settings.nextHop().protocol()) {
            case SMTP -> "EHLO";
            case LMTP -> "LHLO";
        };
        connection.hello(verb, settings.hostName(), limit);
        if (context.isPresent()) {
            boolean verify = settings.nextHop().tls() == TlsMode.VERIFY;
            if (connection.capabilities().has("STARTTLS")
                    && connection.startTls(newHandler(context.get(), target), verify && isNamedByUs(), limit)) {
                connection.hello(verb, settings.hostName(), limit);
            } else if (settings.nextHop().tls() != TlsMode.MAY) {
                throw new LostException("the next hop gives no TLS");
            }
        }
        Optional<Auth> auth = settings.nextHop().auth();
        if (auth.isPresent()) {
            new Login(connection, limit).run(auth.get());
        }
    }

    /**
     * Tells whether the server's name is configured. A name from an unsigned answer of the DNS, however well verified,
     * proves nothing of the domain (RFC 8689 §4.2.1).
     */
    private boolean isNamedByUs() {
        return switch (settings.nextHop().target()) {
            case Target.Addresses _ -> true;
            case Target.MailExchangers _ -> false;
        };
    }

    private SslHandler newHandler(SslContext context, InetSocketAddress target) {
        SslHandler handler = context.newHandler(ByteBufAllocator.DEFAULT, target.getHostString(), target.getPort());
        handler.setHandshakeTimeoutMillis(settings.timeouts().session().toMillis());
        return handler;
    }

    /** Tries the addresses of the host in turn. */
    private Connection connect(InetSocketAddress target, Deadline deadline) throws LostException {
        InetAddress[] addresses;
        try {
            addresses = target.isUnresolved()
                    ? InetAddress.getAllByName(target.getHostString())
                    : new InetAddress[] {target.getAddress()};
        } catch (UnknownHostException unknown) {
            throw new LostException("unknown host " + target.getHostString());
        }
        String why = "no address";
        for (InetAddress address : addresses) {
            InetSocketAddress server = new InetSocketAddress(address, target.getPort());
            try {
                return new Connection(tls == null ? overSocket(server, deadline) : overEventLoop(server, deadline));
            } catch (IOException failed) {
                why = String.valueOf(failed.getMessage());
            }
        }
        throw new LostException("connect: " + why);
    }

    private Transport overSocket(InetSocketAddress server, Deadline deadline) throws IOException, LostException {
        int limit = (int) deadline.within(settings.timeouts().connect()).toMillis();
        if (limit <= 0) {
            throw LostException.timeout("connect");
        }
        SocketChannel channel = SocketChannel.open();
        try {
            sockets.removeIf(other -> !other.isOpen());
            sockets.add(channel);
            if (isClosed) {
                channel.close();
                throw new LostException("the client is closed");
            }
            channel.socket().connect(server, limit);
            return new SocketTransport(channel, allocator);
        } catch (IOException failed) {
            channel.close();
            if (Thread.currentThread().isInterrupted()) {
                throw new LostException("interrupted, connect");
            }
            throw new IOException(failed + ": " + server, failed);
        }
    }

    private Transport overEventLoop(InetSocketAddress server, Deadline deadline) throws IOException, LostException {
        ChannelFuture future = bootstrap.connect(server);
        try {
            // Netty's own limit comes first if there is no other.
            boolean isDone =
                    future.await(deadline.within(settings.timeouts().connect().multipliedBy(2))
                            .toMillis());
            if (!isDone) {
                var _ = future.addListener(ChannelFutureListener.CLOSE);
                throw LostException.timeout("connect");
            }
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            var _ = future.addListener(ChannelFutureListener.CLOSE);
            throw new LostException("interrupted, connect");
        }
        if (!future.isSuccess()) {
            throw new IOException(future.cause());
        }
        // The pipeline is not asked, since it is empty if the peer has closed already.
        return future.channel().attr(SESSION).get();
    }

    /** Breaks off all connections. An event loop that ends closes its own, but may tell their sessions nothing. */
    @Override
    public void close() {
        isClosed = true;
        sessions.forEach(SessionHandler::breakOff);
        for (SocketChannel socket : sockets) {
            try {
                socket.close();
            } catch (IOException failed) {
                LOG.debug("A connection could not be closed", failed);
            }
        }
    }

    static @Nullable SslContext tlsFor(NextHopConfig nextHop) throws IOException {
        SslContextBuilder builder = SslContextBuilder.forClient();
        if (nextHop.client().isPresent()) {
            show(nextHop.client().get(), builder);
        }
        try {
            return switch (nextHop.tls()) {
                case NONE -> null;
                // RFC 7435: this protects against listeners only, and the setting for more is verify.
                case MAY, ENCRYPT ->
                    builder.trustManager(InsecureTrustManagerFactory.INSTANCE)
                            .endpointIdentificationAlgorithm(null)
                            .build();
                case VERIFY -> {
                    nextHop.trust().ifPresent(file -> builder.trustManager(file.toFile()));
                    // Names are checked as in RFC 6125 §6, by the check that the JDK calls HTTPS.
                    yield builder.endpointIdentificationAlgorithm("HTTPS").build();
                }
            };
        } catch (IllegalArgumentException unreadable) {
            throw new IOException("trust file of the next hop: " + unreadable.getMessage(), unreadable);
        }
    }

    private static void show(ClientTls client, SslContextBuilder builder) throws IOException {
        try {
            builder.keyManager(client.certificate().toFile(), client.key().toFile());
        } catch (IllegalArgumentException unreadable) {
            throw new IOException(
                    "cannot use " + client.certificate() + " with " + client.key() + ": " + unreadable.getMessage(),
                    unreadable);
        }
        TlsKey.requirePair(client.certificate(), client.key());
    }

    private static final Logger LOG = LoggerFactory.getLogger(Connector.class);
    private static final AttributeKey<SessionHandler> SESSION = AttributeKey.valueOf(Connector.class, "session");
    private static final int LOW_WATER = 64 << 10;
    private static final int HIGH_WATER = 128 << 10;
}
