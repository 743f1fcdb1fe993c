package org.postseal.gateway.console.http;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelInitializer;
import io.netty.channel.ChannelOption;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import io.netty.handler.codec.http.HttpDecoderConfig;
import io.netty.handler.codec.http.HttpObjectAggregator;
import io.netty.handler.codec.http.HttpServerCodec;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.DefaultThreadFactory;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicBoolean;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLEngine;

/**
 * Runs an HTTP listener on one event-loop thread. Pages are made on virtual threads. Thread-safe.
 *
 * <p>Anybody who reaches the port may send anything, so everything is bounded. A connection carries one request, GET or
 * HEAD, with a request line and header section of a few kilobytes and no content, or a POST with a little content where
 * the settings allow it. The number of connections and their lifetimes are limited. A new connection takes the place of
 * the oldest one that has not asked yet, so holding connections open keeps nobody out.
 */
public final class HttpListener implements AutoCloseable {
    private final EventLoopGroup group;
    private final Channel channel;
    private final AtomicBoolean isClosed = new AtomicBoolean();

    HttpListener(EventLoopGroup group, Channel channel) {
        this.group = group;
        this.channel = channel;
    }

    /**
     * Holds the name and the limits of a listener.
     *
     * @param name the name in logs
     * @param lineOctets the most octets of a request line
     * @param headerOctets the most octets of a header section
     * @param connections the most connections at a time
     * @param lifetime the longest that a connection may last
     * @param tls the TLS that begins with the connection; empty for none
     * @param contentOctets the most octets of the content of a POST; 0 if only GET and HEAD are taken
     */
    public record Settings(
            String name,
            int lineOctets,
            int headerOctets,
            int connections,
            Duration lifetime,
            Optional<Tls> tls,
            int contentOctets) {
        /** Makes the settings of a listener that takes only GET and HEAD. */
        public Settings(
                String name, int lineOctets, int headerOctets, int connections, Duration lifetime, Optional<Tls> tls) {
            this(name, lineOctets, headerOctets, connections, lifetime, tls, 0);
        }
    }

    /**
     * Holds the TLS of the listener.
     *
     * @param asksForClient true if a client must show a certificate that the context trusts
     */
    public record Tls(SSLContext context, boolean asksForClient) {
        SslHandler handler() {
            SSLEngine engine = context.createSSLEngine();
            engine.setUseClientMode(false);
            engine.setNeedClientAuth(asksForClient);
            engine.setEnabledProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
            return new SslHandler(engine);
        }
    }

    /**
     * Opens the port.
     *
     * @throws IOException if the port is taken or forbidden
     */
    public static HttpListener start(InetSocketAddress address, Settings settings, Pages pages) throws IOException {
        EventLoopGroup group = new MultiThreadIoEventLoopGroup(
                1, new DefaultThreadFactory(settings.name(), true), NioIoHandler.newFactory());
        Places places = new Places(settings.connections());
        ChannelFuture bound = new ServerBootstrap()
                .group(group)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_REUSEADDR, true)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel connection) {
                        settings.tls().ifPresent(tls -> connection.pipeline().addLast(tls.handler()));
                        connection
                                .pipeline()
                                .addLast(new HttpServerCodec(new HttpDecoderConfig()
                                        .setMaxInitialLineLength(settings.lineOctets())
                                        .setMaxHeaderSize(settings.headerOctets())));
                        if (settings.contentOctets() > 0) {
                            connection.pipeline().addLast(new HttpObjectAggregator(settings.contentOctets()));
                        }
                        connection.pipeline().addLast(new RequestHandler(settings, pages, places));
                    }
                })
                .bind(address)
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            var _ = group.shutdownGracefully(0, 0, TimeUnit.SECONDS);
            throw new IOException(String.valueOf(bound.cause().getMessage()), bound.cause());
        }
        return new HttpListener(group, bound.channel());
    }

    /** Returns the address where it listens, with the real port. */
    public InetSocketAddress address() {
        return (InetSocketAddress) channel.localAddress();
    }

    /** Closes the port and drops all connections. A second call does nothing. */
    @Override
    public void close() {
        // This must run once only: work that is given to an event loop that is about to end may never run, and its
        // future may never complete.
        if (isClosed.getAndSet(true)) {
            return;
        }
        channel.close().awaitUninterruptibly();
        var _ = group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }

    private static final int BACKLOG = 64;
}
