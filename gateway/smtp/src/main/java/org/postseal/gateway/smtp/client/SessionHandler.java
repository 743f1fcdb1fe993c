package org.postseal.gateway.smtp.client;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelFuture;
import io.netty.channel.ChannelFutureListener;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import io.netty.util.concurrent.Future;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.postseal.gateway.smtp.Reply;

/**
 * Lets the event loop of Netty meet the thread that sends. It knows which replies have come, whether more may be
 * written, and whether the connection is lost. The event loop calls the Netty methods, and the sending thread calls the
 * {@code await} methods. A lock of {@code java.util.concurrent} lets a virtual thread wait without its carrier.
 */
final class SessionHandler extends ChannelInboundHandlerAdapter implements Transport {
    private final Channel channel;
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Replies replies = new Replies();
    private final ReplyParser parser = new ReplyParser();
    private int awaited = 1;
    private @Nullable String lost;
    private @Nullable SslHandler tlsOnReply;
    private @Nullable ChannelFuture last;

    SessionHandler(Channel channel) {
        this.channel = channel;
    }

    @Override
    public @Nullable SocketAddress server() {
        return channel.remoteAddress();
    }

    @Override
    public ByteBuf newBuffer(int size) {
        return channel.alloc().buffer(size);
    }

    @Override
    public void send(ByteBuf octets) {
        last = channel.writeAndFlush(octets);
    }

    @Override
    public boolean mayHaveLeft() {
        ChannelFuture sent = last;
        return sent != null && (sent.isSuccess() || !sent.isDone());
    }

    @Override
    public void expect(int count) {
        lock.lock();
        try {
            awaited = count;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void hear(Consumer<Reply> listener) {
        lock.lock();
        try {
            replies.hear(listener);
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Reply await(Duration limit, String what) throws LostException {
        lock.lock();
        try {
            waitUntil(limit, what, () -> !replies.isEmpty());
            awaited = Math.max(1, awaited - 1);
            return replies.poll().orElseThrow();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void awaitWritable(Duration limit) throws LostException {
        lock.lock();
        try {
            // The channel itself is asked: it counts at once what was handed to the event loop, while the events about
            // it come later.
            waitUntil(limit, "content", () -> channel.isWritable() || !replies.isEmpty());
        } finally {
            lock.unlock();
        }
    }

    @Override
    public Optional<Reply> poll() throws LostException {
        lock.lock();
        try {
            if (replies.isEmpty() && lost != null) {
                throw new LostException(lost);
            }
            return replies.poll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public boolean isQuiet() {
        lock.lock();
        try {
            return lost == null && replies.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void startTlsOnReply(SslHandler handler) {
        lock.lock();
        try {
            tlsOnReply = handler;
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void drop() {
        boolean _ = isSettled(channel.close(), Duration.ofSeconds(5));
    }

    @Override
    public void end(ByteBuf octets) {
        var _ = channel.writeAndFlush(octets).addListener(ChannelFutureListener.CLOSE);
    }

    /** Waits for a future of Netty; returns true if it is done. */
    static boolean isSettled(Future<?> future, Duration limit) {
        try {
            return future.await(limit.toMillis(), TimeUnit.MILLISECONDS);
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            return future.isDone();
        }
    }

    @Override
    public void channelRead(ChannelHandlerContext context, Object message) {
        ByteBuf in = (ByteBuf) message;
        lock.lock();
        try {
            for (Optional<Reply> reply = parser.next(in); reply.isPresent(); reply = parser.next(in)) {
                take(context, reply.get(), in);
            }
        } catch (LostException broken) {
            lose(context, String.valueOf(broken.getMessage()));
        } finally {
            if (lost != null || replies.suffice(awaited)) {
                changed.signalAll();
            }
            lock.unlock();
            in.release();
        }
    }

    private void take(ChannelHandlerContext context, Reply reply, ByteBuf in) throws LostException {
        SslHandler tls = tlsOnReply;
        tlsOnReply = null;
        if (tls != null && reply.code() == 220) {
            // Octets after the reply came over the clear channel and may be the attacker's (CVE-2011-0411, turned
            // round): a server that waits for our ClientHello sends none.
            if (in.isReadable()) {
                in.skipBytes(in.readableBytes());
                throw new LostException("octets after the reply to STARTTLS");
            }
            context.pipeline().addFirst(tls);
        }
        replies.add(reply);
    }

    @Override
    public void channelWritabilityChanged(ChannelHandlerContext context) {
        lock.lock();
        try {
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    @Override
    public void channelInactive(ChannelHandlerContext context) {
        lose(context, "connection closed by the next hop");
    }

    @Override
    public void exceptionCaught(ChannelHandlerContext context, Throwable cause) {
        lose(context, cause.toString());
    }

    /** Closes the connection, and tells whoever waits for something of it. */
    void breakOff() {
        lose("the client is closed");
        var _ = channel.close();
    }

    private void lose(ChannelHandlerContext context, String why) {
        lose(why);
        var _ = context.close();
    }

    private void lose(String why) {
        lock.lock();
        try {
            if (lost == null) {
                lost = why;
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
    }

    /** Waits until it is ready; the caller holds the lock. */
    private void waitUntil(Duration limit, String what, Ready ready) throws LostException {
        long left = limit.toNanos();
        while (!ready.isReady()) {
            if (lost != null) {
                throw new LostException(lost + ", " + what);
            }
            if (left <= 0) {
                throw LostException.timeout(what);
            }
            try {
                left = changed.awaitNanos(left);
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                throw new LostException("interrupted, " + what);
            }
        }
    }

    private interface Ready {
        boolean isReady();
    }
}
