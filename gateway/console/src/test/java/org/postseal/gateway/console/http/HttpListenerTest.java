package org.postseal.gateway.console.http;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.bootstrap.ServerBootstrap;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandler;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.channel.EventLoopGroup;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.nio.NioIoHandler;
import io.netty.channel.socket.nio.NioServerSocketChannel;
import java.net.InetAddress;
import java.time.Duration;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;

class HttpListenerTest {
    /**
     * An event loop that is about to end may never do what it is given. Here, a loop that is kept busy stands for it.
     */
    @Test
    void aSecondCloseAsksNothingOfTheEventLoop() throws Exception {
        EventLoopGroup group = new MultiThreadIoEventLoopGroup(1, NioIoHandler.newFactory());
        HttpListener listener = new HttpListener(group, bound(group));
        CountDownLatch isBusy = new CountDownLatch(1);
        CountDownLatch mayGoOn = new CountDownLatch(1);
        group.execute(() -> {
            isBusy.countDown();
            awaitUninterruptibly(mayGoOn);
        });
        isBusy.await();
        Thread first = Thread.ofPlatform().daemon().start(listener::close);
        try {
            while (first.isAlive() && first.getState() != Thread.State.WAITING) {
                Thread.onSpinWait();
            }
            Thread second = Thread.ofPlatform().daemon().start(listener::close);
            assertThat(second.join(Duration.ofSeconds(30))).isTrue();
            assertThat(first.isAlive())
                    .as("the first waits until the port is free")
                    .isTrue();
        } finally {
            mayGoOn.countDown();
        }
        assertThat(first.join(Duration.ofSeconds(30))).isTrue();
        assertThat(group.terminationFuture().await(30_000)).isTrue();
    }

    private static Channel bound(EventLoopGroup group) {
        return new ServerBootstrap()
                .group(group)
                .channel(NioServerSocketChannel.class)
                .childHandler(new Ignoring())
                .bind(InetAddress.getLoopbackAddress(), 0)
                .syncUninterruptibly()
                .channel();
    }

    @ChannelHandler.Sharable
    private static final class Ignoring extends ChannelInboundHandlerAdapter {}

    private static void awaitUninterruptibly(CountDownLatch latch) {
        try {
            latch.await();
        } catch (InterruptedException e) {
            throw new AssertionError(e);
        }
    }
}
