package org.postseal.gateway.smtp.client;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.ByteBufUtil;
import io.netty.handler.ssl.SslHandler;
import java.net.InetSocketAddress;
import java.net.SocketAddress;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Consumer;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;
import org.postseal.gateway.smtp.Reply;

/** Speaks over one SMTP connection. It blocks, and one thread at a time uses it. */
final class Connection {
    private final Transport transport;
    private Capabilities capabilities = NONE;
    private Optional<NextHop.Tls> tls = Optional.empty();
    private long uses;
    private Deadline deadline = Deadline.NONE;

    Connection(Transport transport) {
        this.transport = transport;
    }

    /** Sets the time at which every wait from now on ends. */
    void endAt(Deadline end) {
        deadline = end;
    }

    /** Returns true if the end that was set is past. */
    boolean isLate() {
        return deadline.isOver();
    }

    /**
     * Says EHLO, or LHLO, and keeps what the peer announces, instead of what it announced before (RFC 3207 §4.2). A
     * peer that does not know EHLO is greeted by HELO and announces nothing (RFC 5321 §3.2).
     */
    void hello(String verb, String hostName, Duration limit) throws LostException {
        write(List.of(verb + " " + hostName));
        Reply reply = await(limit, verb);
        if (verb.equals("EHLO") && UNKNOWN.contains(reply.code())) {
            write(List.of("HELO " + hostName));
            requireGreeted("HELO", await(limit, "HELO"));
            capabilities = NONE;
        } else {
            requireGreeted(verb, reply);
            capabilities = Capabilities.parse(reply);
        }
    }

    private static void requireGreeted(String verb, Reply reply) throws LostException {
        if (reply.code() != 250) {
            throw new LostException(verb + ": " + reply);
        }
    }

    /**
     * Asks for TLS and shakes hands.
     *
     * @param verified whether the handler checks certificate and name
     * @return false if the peer refused and the session goes on as it was
     */
    boolean startTls(SslHandler handler, boolean verified, Duration limit) throws LostException {
        transport.startTlsOnReply(handler);
        write(List.of("STARTTLS"));
        Reply reply = await(limit, "STARTTLS");
        if (reply.code() != 220) {
            if (reply.isPositive() || reply.code() == 421) {
                throw new LostException("STARTTLS: " + reply);
            }
            return false;
        }
        if (!SessionHandler.isSettled(handler.handshakeFuture(), deadline.within(limit))) {
            throw LostException.handshake("timed out");
        }
        if (!handler.handshakeFuture().isSuccess()) {
            throw LostException.handshake(
                    String.valueOf(handler.handshakeFuture().cause()));
        }
        tls = Optional.of(describe(handler.engine().getSession(), verified));
        return true;
    }

    private static NextHop.Tls describe(SSLSession session, boolean verified) {
        Optional<String> subject;
        try {
            subject = Optional.of(session.getPeerPrincipal().getName());
        } catch (SSLPeerUnverifiedException noCertificate) {
            subject = Optional.empty();
        }
        return new NextHop.Tls(session.getProtocol(), session.getCipherSuite(), subject, verified);
    }

    /**
     * Returns a description of the session, to be kept when the session is over. The result is empty if the server's
     * address is not known.
     */
    Optional<NextHop.Session> session() {
        return transport.server() instanceof InetSocketAddress server
                ? Optional.of(new NextHop.Session(server, tls))
                : Optional.empty();
    }

    /**
     * Writes commands in one go. Each of them is answered by one reply. They must be free of line ends, so that one
     * command stays one.
     */
    void write(List<String> commands) throws LostException {
        if (!transport.isQuiet()) {
            Optional<Reply> unasked = transport.poll();
            throw new LostException(
                    "reply without a command: " + unasked.map(Reply::toString).orElse(""));
        }
        StringBuilder text = new StringBuilder();
        for (String command : commands) {
            if (command.chars().anyMatch(c -> c < 0x20 || c == 0x7F)) {
                throw new IllegalArgumentException("control character in a command");
            }
            text.append(command).append("\r\n");
        }
        transport.expect(commands.size());
        ByteBuf out = transport.newBuffer(ByteBufUtil.utf8MaxBytes(text));
        out.writeCharSequence(text, StandardCharsets.UTF_8);
        transport.send(out);
    }

    /**
     * Makes the listener hear each reply that comes from now on, when it is read and before a thread that awaits it.
     * The listener must neither wait nor throw. If a reply has come already, it hears nothing.
     */
    void hear(Consumer<Reply> listener) {
        transport.hear(listener);
    }

    Reply await(Duration limit, String what) throws LostException {
        return transport.await(deadline.within(limit), what);
    }

    /** Returns a buffer for {@link #send}. */
    ByteBuf newBuffer() {
        return transport.newBuffer(2 * Content.BLOCK);
    }

    /** Sends octets, and returns at once. */
    void send(ByteBuf octets) {
        transport.send(octets);
    }

    /** Returns false if it is known that the last octet that was to be sent has not left. */
    boolean mayHaveLeft() {
        return transport.mayHaveLeft();
    }

    /** Waits until the peer has taken enough of what was sent; returns a reply that nobody asked for. */
    Optional<Reply> awaitWritable(Duration limit) throws LostException {
        transport.awaitWritable(deadline.within(limit));
        return transport.poll();
    }

    Capabilities capabilities() {
        return capabilities;
    }

    /** Returns true if nobody on a network can read along. */
    boolean isPrivate() {
        return tls.isPresent() || isLoopback();
    }

    /** Returns true if the session has TLS whose certificate and name were checked. */
    boolean isVerified() {
        return tls.filter(NextHop.Tls::isVerified).isPresent();
    }

    boolean isLoopback() {
        return isLoopback(transport.server());
    }

    static boolean isLoopback(@Nullable SocketAddress remote) {
        return remote instanceof InetSocketAddress address
                && address.getAddress() != null
                && address.getAddress().isLoopbackAddress();
    }

    boolean isAlive() {
        return transport.isQuiet();
    }

    /**
     * Returns true if the connection has carried a transaction before. The peer may then have closed it in the
     * meantime.
     */
    boolean isReused() {
        return uses > 0;
    }

    /** Counts a transaction that is over; returns how many these are. */
    long markUsed() {
        return ++uses;
    }

    /** Drops the connection; returns when the socket is closed, so that the fate of every write is known. */
    void drop() {
        transport.drop();
    }

    /** Ends the session politely, without waiting. */
    void quit() {
        ByteBuf quit = transport.newBuffer(16);
        ByteBufUtil.writeAscii(quit, "QUIT\r\n");
        transport.end(quit);
    }

    private static final Capabilities NONE = new Capabilities(Map.of());
    // By RFC 5321 §4.2.2 and §4.2.4, these answer a command that the peer does not know.
    private static final Set<Integer> UNKNOWN = Set.of(500, 502);
}
