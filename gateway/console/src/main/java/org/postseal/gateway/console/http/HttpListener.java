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
 * An HTTP listener on one event-loop thread; pages are made on virtual threads. Thread-safe.
 *
 * <p>Whoever reaches the port may send anything, so everything is bounded: one request per connection, GET or HEAD, its line and header section a few kilobytes, no body; so many connections at a
 * time, and each for so long. A new connection takes the place of the eldest that has not asked yet: holding connections open keeps nobody out.
 */
public final class HttpListener implements AutoCloseable {
    private final EventLoopGroup group;
    private final Channel channel;
    private final AtomicBoolean isClosed = new AtomicBoolean();

    /** Over a bound channel of a group of its own. */
    HttpListener(EventLoopGroup group, Channel channel) {
        this.group = group;
        this.channel = channel;
    }

    /**
     * How much of what.
     *
     * @param name in logs
     * @param lineOctets of a request line
     * @param headerOctets of a header section
     * @param connections at a time
     * @param lifetime of a connection
     * @param tls begins with the connection; none when empty
     */
    public record Settings(
            String name, int lineOctets, int headerOctets, int connections, Duration lifetime, Optional<Tls> tls) {}

    /**
     * TLS of the listener.
     *
     * @param asksForClient whether a client must show a certificate that the context trusts
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
     * @throws IOException when it is taken or forbidden
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
                                .addLast(
                                        new HttpServerCodec(new HttpDecoderConfig()
                                                .setMaxInitialLineLength(settings.lineOctets())
                                                .setMaxHeaderSize(settings.headerOctets())),
                                        new RequestHandler(settings, pages, places));
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

    /** Where it listens, with the real port. */
    public InetSocketAddress address() {
        return (InetSocketAddress) channel.localAddress();
    }

    /** Gives the port up and drops who is connected. Once; a second call does nothing. */
    @Override
    public void close() {
        // what is given to an event loop that is about to end may never run, and its future never be done
        if (isClosed.getAndSet(true)) {
            return;
        }
        channel.close().awaitUninterruptibly();
        var _ = group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }

    private static final int BACKLOG = 64;
}
