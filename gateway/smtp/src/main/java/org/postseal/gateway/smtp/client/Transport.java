package org.postseal.gateway.smtp.client;

import io.netty.buffer.ByteBuf;
import io.netty.handler.ssl.SslHandler;
import java.net.SocketAddress;
import java.time.Duration;
import java.util.Optional;
import java.util.function.Consumer;
import org.jspecify.annotations.Nullable;
import org.postseal.gateway.smtp.Reply;

/** Carries octets to a next hop and its replies back. One thread at a time uses it. */
interface Transport {
    /** Returns the address of the server, or null if it is not known. */
    @Nullable
    SocketAddress server();

    /** Returns a buffer for {@link #send}. */
    ByteBuf newBuffer(int size);

    /** Sends octets as far as the peer takes them now, and the rest while the thread waits; returns at once. */
    void send(ByteBuf octets);

    /** Returns false if it is known that the last octet that was to be sent has not left. */
    boolean mayHaveLeft();

    /** Returns when more may be sent, or when a reply has come that nobody waits for. */
    void awaitWritable(Duration limit) throws LostException;

    /**
     * Says that {@code count} replies are due, and that the first is of no use before the last has come. A thread that
     * waits for the first need not be woken before.
     */
    default void expect(int count) {}

    /** Returns the next reply. Replies that came before a loss are still handed out. */
    Reply await(Duration limit, String what) throws LostException;

    /** Returns a reply that has come already. */
    Optional<Reply> poll() throws LostException;

    /**
     * Makes the listener hear each reply that comes from now on, on the thread that reads it. If a reply is already
     * waiting, the listener hears none at all, since it could not tell which reply is the first.
     */
    void hear(Consumer<Reply> listener);

    /** Returns true if the connection stands and nothing unasked has come. */
    boolean isQuiet();

    /** Starts TLS on the next reply, if it is 220. This is called before STARTTLS is sent. */
    void startTlsOnReply(SslHandler handler);

    /** Closes the connection; returns when the socket is closed, so that the fate of every octet is known. */
    void drop();

    /** Sends the last octets and closes the connection, without waiting. */
    void end(ByteBuf octets);
}
