package org.postseal.gateway.smtp.client;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufAllocator;
import io.netty.buffer.Unpooled;
import io.netty.handler.ssl.SslHandler;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketTimeoutException;
import java.net.StandardSocketOptions;
import java.nio.channels.SelectionKey;
import java.nio.channels.Selector;
import java.nio.channels.SocketChannel;
import java.time.Duration;
import java.util.Optional;
import java.util.function.BooleanSupplier;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.postseal.gateway.smtp.Reply;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/**
 * Carries octets in clear on the thread of the message itself. No other thread has to be woken for it, which is most of
 * what a short message costs here.
 *
 * <p>The socket blocks only while the thread waits for a reply and has nothing left to send. A peer that takes no more
 * content may have a reply to say, so as long as there is something left, the thread waits for both directions.
 * {@link SocketChannel#close} by another thread ends a wait as a loss.
 */
final class SocketTransport implements Transport {
    private final SocketChannel channel;
    private final SocketAddress server;
    private final ByteBufAllocator allocator;
    private final ByteBuf in = Unpooled.buffer(READ, READ);
    private final ReplyParser parser = new ReplyParser();
    private final Replies replies = new Replies();
    private @Nullable ByteBuf unsent;
    private boolean isSent;
    private @Nullable String lost;

    /** Takes a channel that is connected, and closes it when the transport ends. */
    SocketTransport(SocketChannel channel, ByteBufAllocator allocator) throws IOException {
        this.channel = channel;
        this.server = channel.getRemoteAddress();
        this.allocator = allocator;
        channel.setOption(StandardSocketOptions.TCP_NODELAY, true);
        channel.setOption(StandardSocketOptions.SO_KEEPALIVE, true);
        channel.configureBlocking(false);
    }

    @Override
    public SocketAddress server() {
        return server;
    }

    @Override
    public ByteBuf newBuffer(int size) {
        return allocator.buffer(size);
    }

    @Override
    public void send(ByteBuf octets) {
        isSent = false;
        if (lost != null || unsent != null) {
            octets.release();
            lose("the next hop has not taken what was sent before");
            return;
        }
        unsent = octets;
        write();
    }

    @Override
    public boolean mayHaveLeft() {
        return isSent;
    }

    @Override
    public void awaitWritable(Duration limit) throws LostException {
        read();
        waitUntil(limit, "content", () -> unsent == null || !replies.isEmpty());
    }

    @Override
    public Reply await(Duration limit, String what) throws LostException {
        waitUntil(limit, what, () -> !replies.isEmpty());
        return replies.poll().orElseThrow();
    }

    @Override
    public Optional<Reply> poll() throws LostException {
        if (replies.isEmpty() && lost != null) {
            throw new LostException(lost);
        }
        return replies.poll();
    }

    @Override
    public void hear(Consumer<Reply> listener) {
        replies.hear(listener);
    }

    @Override
    public boolean isQuiet() {
        read();
        return lost == null && unsent == null && replies.isEmpty();
    }

    @Override
    public void startTlsOnReply(SslHandler handler) {
        throw new UnsupportedOperationException("TLS needs an event loop");
    }

    @Override
    public void drop() {
        lose("connection dropped");
    }

    @Override
    public void end(ByteBuf octets) {
        send(octets);
        drop();
    }

    private void waitUntil(Duration limit, String what, BooleanSupplier isReady) throws LostException {
        long end = System.nanoTime() + limit.toNanos();
        while (!isReady.getAsBoolean()) {
            if (Thread.currentThread().isInterrupted()) {
                throw new LostException("interrupted, " + what);
            }
            if (lost != null) {
                throw new LostException(lost + ", " + what);
            }
            long left = end - System.nanoTime();
            if (left <= 0) {
                throw LostException.timeout(what);
            }
            int milliseconds = (int) Math.min(Integer.MAX_VALUE, 1 + left / 1_000_000);
            try {
                if (unsent == null) {
                    awaitOctets(milliseconds);
                } else {
                    awaitEither(milliseconds);
                }
            } catch (IOException broken) {
                lose(broken.toString());
            }
        }
    }

    private void awaitOctets(int milliseconds) throws IOException {
        Socket socket = channel.socket();
        int count = 0;
        channel.configureBlocking(true);
        try {
            socket.setSoTimeout(milliseconds);
            count = socket.getInputStream().read(in.array());
        } catch (SocketTimeoutException silent) {
            // The caller knows whether the time is over.
        }
        channel.configureBlocking(false);
        take(count);
    }

    private void awaitEither(int milliseconds) throws IOException {
        try (Selector selector = Selector.open()) {
            channel.register(selector, SelectionKey.OP_READ | SelectionKey.OP_WRITE);
            selector.select(_ -> {}, milliseconds);
        }
        read();
        write();
    }

    /** Writes what is left as far as it goes now. */
    private void write() {
        ByteBuf octets = unsent;
        if (octets == null) {
            return;
        }
        try {
            while (octets.isReadable()) {
                if (octets.readBytes(channel, octets.readableBytes()) == 0) {
                    return;
                }
            }
            isSent = true;
            unsent = null;
            octets.release();
        } catch (IOException broken) {
            // The peer may have said why before it closed.
            read();
            lose(broken.toString());
        }
    }

    /** Reads what has come. */
    private void read() {
        if (lost != null) {
            return;
        }
        try {
            take(channel.read(in.nioBuffer(0, READ)));
        } catch (IOException broken) {
            lose(broken.toString());
        }
    }

    /** Takes the replies of as many octets as were read. */
    private void take(int count) {
        if (count < 0) {
            lose("connection closed by the next hop");
            return;
        }
        in.setIndex(0, count);
        try {
            for (Optional<Reply> reply = parser.next(in); reply.isPresent(); reply = parser.next(in)) {
                replies.add(reply.get());
            }
        } catch (LostException broken) {
            lose(String.valueOf(broken.getMessage()));
        }
    }

    private void lose(String why) {
        if (lost == null) {
            lost = why;
        }
        try {
            channel.close();
        } catch (IOException failed) {
            LOG.debug("A connection could not be closed", failed);
        }
        if (unsent != null) {
            unsent.release();
            unsent = null;
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(SocketTransport.class);
    private static final int READ = 4 << 10;
}
