package org.postseal.gateway.metrics;

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
import io.netty.util.concurrent.DefaultThreadFactory;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.concurrent.TimeUnit;

/**
 * The HTTP listener for figures and health, on one event-loop thread; pages are made on virtual threads. Thread-safe.
 *
 * <p>Whoever reaches the port may send anything, so everything is bounded: one request per connection, GET or HEAD, its line and header section a few kilobytes, no body; so many connections at a
 * time, and each for so long. A new connection takes the place of the eldest that has not asked yet: holding connections open keeps nobody out.
 */
public final class MetricsServer implements AutoCloseable {
    private final EventLoopGroup group;
    private final Channel channel;

    private MetricsServer(EventLoopGroup group, Channel channel) {
        this.group = group;
        this.channel = channel;
    }

    /**
     * Opens the port.
     *
     * @throws IOException when it is taken or forbidden
     */
    public static MetricsServer start(InetSocketAddress address, PrometheusRegistry registry, Readiness readiness)
            throws IOException {
        return start(address, new Pages(registry, readiness), LIFETIME);
    }

    /** @param lifetime of a connection */
    static MetricsServer start(InetSocketAddress address, Pages pages, Duration lifetime) throws IOException {
        EventLoopGroup group = new MultiThreadIoEventLoopGroup(
                1, new DefaultThreadFactory("metrics", true), NioIoHandler.newFactory());
        Places places = new Places(CONNECTIONS);
        ChannelFuture bound = new ServerBootstrap()
                .group(group)
                .channel(NioServerSocketChannel.class)
                .option(ChannelOption.SO_REUSEADDR, true)
                .option(ChannelOption.SO_BACKLOG, BACKLOG)
                .childOption(ChannelOption.TCP_NODELAY, true)
                .childHandler(new ChannelInitializer<Channel>() {
                    @Override
                    protected void initChannel(Channel connection) {
                        connection
                                .pipeline()
                                .addLast(
                                        new HttpServerCodec(new HttpDecoderConfig()
                                                .setMaxInitialLineLength(LINE_OCTETS)
                                                .setMaxHeaderSize(HEADER_OCTETS)),
                                        new RequestHandler(pages, places, lifetime));
                    }
                })
                .bind(address)
                .awaitUninterruptibly();
        if (!bound.isSuccess()) {
            var _ = group.shutdownGracefully(0, 0, TimeUnit.SECONDS);
            throw new IOException(String.valueOf(bound.cause().getMessage()), bound.cause());
        }
        return new MetricsServer(group, bound.channel());
    }

    /** Where it listens, with the real port. */
    public InetSocketAddress address() {
        return (InetSocketAddress) channel.localAddress();
    }

    /** Gives the port up and drops who is connected. */
    @Override
    public void close() {
        channel.close().awaitUninterruptibly();
        var _ = group.shutdownGracefully(0, 1, TimeUnit.SECONDS);
    }

    private static final int LINE_OCTETS = 1 << 10;
    private static final int HEADER_OCTETS = 8 << 10;
    private static final int BACKLOG = 64;
    /** Prometheus, a load balancer and a person at a time. */
    private static final int CONNECTIONS = 32;

    private static final Duration LIFETIME = Duration.ofSeconds(10);
}
