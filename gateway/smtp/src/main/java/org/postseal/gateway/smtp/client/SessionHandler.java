package org.postseal.gateway.smtp.client;

import io.netty.buffer.ByteBuf;
import io.netty.channel.Channel;
import io.netty.channel.ChannelHandlerContext;
import io.netty.channel.ChannelInboundHandlerAdapter;
import io.netty.handler.ssl.SslHandler;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.Optional;
import java.util.concurrent.locks.Condition;
import java.util.concurrent.locks.ReentrantLock;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.postseal.gateway.smtp.Reply;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Lets the event loop of Netty meet the thread that sends. It knows which replies have come, whether more may be
 * written, and whether the connection is lost. The event loop calls the Netty methods, and the sending thread calls the
 * {@code await} methods. A lock of {@code java.util.concurrent} lets a virtual thread wait without its carrier.
 */
final class SessionHandler extends ChannelInboundHandlerAdapter {
    private final ReentrantLock lock = new ReentrantLock();
    private final Condition changed = lock.newCondition();
    private final Deque<Reply> replies = new ArrayDeque<>();
    private final ReplyParser parser = new ReplyParser();
    private Consumer<Reply> listener = _ -> {};
    private int awaited = 1;
    private @Nullable String lost;
    private @Nullable SslHandler tlsOnReply;

    /**
     * Says that {@code count} replies are due, and that the first is of no use before the last has come. A thread that
     * waits for the first is woken only then.
     */
    void expect(int count) {
        lock.lock();
        try {
            awaited = count;
        } finally {
            lock.unlock();
        }
    }

    /**
     * Makes the listener hear each reply that comes from now on, on the event loop. If a reply is already waiting, the
     * listener hears none at all, since it could not tell which reply is the first.
     */
    void hear(Consumer<Reply> next) {
        lock.lock();
        try {
            listener = replies.isEmpty() ? next : _ -> {};
        } finally {
            lock.unlock();
        }
    }

    /** Returns the next reply. Replies that came before a loss are still handed out. */
    Reply await(Duration limit, String what) throws LostException {
        lock.lock();
        try {
            waitUntil(limit, what, () -> !replies.isEmpty());
            awaited = Math.max(1, awaited - 1);
            return replies.removeFirst();
        } finally {
            lock.unlock();
        }
    }

    /** Returns when more may be written, or when a reply has come that nobody waits for. */
    void awaitWritable(Channel channel, Duration limit) throws LostException {
        lock.lock();
        try {
            // The channel itself is asked: it counts at once what was handed to the event loop, while the events about
            // it come later.
            waitUntil(limit, "content", () -> channel.isWritable() || !replies.isEmpty());
        } finally {
            lock.unlock();
        }
    }

    /** Returns a reply that has come already. */
    Optional<Reply> poll() throws LostException {
        lock.lock();
        try {
            if (replies.isEmpty() && lost != null) {
                throw new LostException(lost);
            }
            return Optional.ofNullable(replies.pollFirst());
        } finally {
            lock.unlock();
        }
    }

    /** Returns true if the connection stands and nothing unasked has come. */
    boolean isQuiet() {
        lock.lock();
        try {
            return lost == null && replies.isEmpty();
        } finally {
            lock.unlock();
        }
    }

    /** Starts TLS on the next reply, if it is 220. This is called before STARTTLS is written. */
    void startTlsOnReply(SslHandler handler) {
        lock.lock();
        try {
            tlsOnReply = handler;
        } finally {
            lock.unlock();
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
            // 421 says that no other reply will come.
            if (lost != null || replies.size() >= awaited || replies.stream().anyMatch(reply -> reply.code() == 421)) {
                changed.signalAll();
            }
            lock.unlock();
            in.release();
        }
    }

    private void take(ChannelHandlerContext context, Reply reply, ByteBuf in) throws LostException {
        if (replies.size() >= MAX_WAITING) {
            throw new LostException("more replies than commands");
        }
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
        replies.addLast(reply);
        try {
            listener.accept(reply);
        } catch (RuntimeException | InternalError failed) {
            // The listener may fail if it writes to a mapped file whose disk fails. The thread that waits for the reply
            // gets it all the same.
            LOG.error("A reply could not be recorded", failed);
        }
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

    private void lose(ChannelHandlerContext context, String why) {
        lock.lock();
        try {
            if (lost == null) {
                lost = why;
            }
            changed.signalAll();
        } finally {
            lock.unlock();
        }
        var _ = context.close();
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

    private static final Logger LOG = LoggerFactory.getLogger(SessionHandler.class);

    private interface Ready {
        boolean isReady();
    }

    // This is more than the commands of one window.
    private static final int MAX_WAITING = 256;
}
