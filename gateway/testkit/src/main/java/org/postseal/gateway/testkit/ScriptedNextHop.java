package org.postseal.gateway.testkit;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CountDownLatch;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import org.jspecify.annotations.Nullable;

/**
 * An SMTP or LMTP server on a real socket that does at each stage what its script says, is polite where the script is silent, and keeps the raw octets it was sent. It
 * does not judge: any line is a command, only CRLF.CRLF ends data. Thread-safe; one virtual thread for each connection.
 */
public final class ScriptedNextHop implements AutoCloseable {
    private final ServerSocket server = new ServerSocket();
    private final Thread acceptor;
    private final Role role;
    private final List<Received> ended = new ArrayList<>();
    private final List<String> shown = new ArrayList<>();
    private final List<Received> received = new ArrayList<>();
    private final List<String> commands = new ArrayList<>();
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private final CountDownLatch closed = new CountDownLatch(1);
    private int connections;
    private volatile int kept = Integer.MAX_VALUE;

    /** How it plays its part. */
    public record Role(
            Script script,
            List<String> capabilities,
            boolean isLmtp,
            @Nullable SSLContext tls) {}

    private ScriptedNextHop(int port, Role role) throws IOException {
        this.role = role;
        // not grown by the system, so that a peer soon feels it when nobody reads
        server.setReceiveBufferSize(256 << 10);
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        acceptor = Thread.ofVirtual().start(this::accept);
    }

    /** SMTP on a free port. */
    public ScriptedNextHop(Script script, List<String> capabilities, @Nullable SSLContext tls) throws IOException {
        this(0, new Role(script, List.copyOf(capabilities), false, tls));
    }

    /** With what Postfix announces. */
    public ScriptedNextHop(Script script) throws IOException {
        this(script, ALL, null);
    }

    public ScriptedNextHop() throws IOException {
        this(Script.polite());
    }

    /** SMTP on this port, which is free again once it is closed. */
    public static ScriptedNextHop onPort(int port, Script script) throws IOException {
        return new ScriptedNextHop(port, new Role(script, ALL, false, null));
    }

    /** LMTP on a free port: after the final dot a reply for each accepted recipient (RFC 2033 §4.2). */
    public static ScriptedNextHop lmtp(Script script) throws IOException {
        return new ScriptedNextHop(0, new Role(script, ALL, true, null));
    }

    /** Keeps of each message this many octets at most, for messages that do not fit into memory together. */
    public ScriptedNextHop keepingOnly(int octets) {
        kept = octets;
        return this;
    }

    /** Where it listens. */
    public InetSocketAddress address() {
        return (InetSocketAddress) server.getLocalSocketAddress();
    }

    public int port() {
        return server.getLocalPort();
    }

    /** Messages answered with 2xx so far, over LMTP for one recipient at least. */
    public synchronized List<Received> received() {
        return List.copyOf(received);
    }

    /** Messages whose end of data came, accepted or not. */
    public synchronized List<Received> ended() {
        return List.copyOf(ended);
    }

    /** How many came to their end of data, accepted or not. */
    public synchronized int completed() {
        return ended.size();
    }

    /** Every command line of every connection, in the order read. */
    public synchronized List<String> commands() {
        return List.copyOf(commands);
    }

    /** Connections so far. */
    public synchronized int connections() {
        return connections;
    }

    /** The subjects of the certificates that clients have shown, one for each handshake with one. */
    public synchronized List<String> shown() {
        return List.copyOf(shown);
    }

    public synchronized void shown(SSLSession session) {
        try {
            shown.add(session.getPeerPrincipal().getName());
        } catch (SSLPeerUnverifiedException _) {
            // this one has none
        }
    }

    /** Nobody is connected. */
    public boolean isDeserted() {
        return sockets.isEmpty();
    }

    /** Forgets the messages. */
    public synchronized void clear() {
        ended.clear();
        received.clear();
    }

    /** Ends every connection with RST, as a restart of the host would. */
    public void resetAll() {
        sockets.forEach(Resets::reset);
    }

    /** Goes down, and with it the connections that a client keeps for later. */
    @Override
    public void close() throws IOException {
        closed.countDown();
        server.close();
        try {
            // until it has left accept(), the port stays taken
            acceptor.join();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new IOException(e);
        }
        for (Socket socket : sockets) {
            socket.close();
        }
    }

    public synchronized void read(String command) {
        commands.add(command);
    }

    public synchronized void ended(Received message) {
        ended.add(message);
    }

    public synchronized void accepted(Received message) {
        received.add(message);
    }

    public int kept() {
        return kept;
    }

    /** Opens when this is closed. */
    public CountDownLatch closed() {
        return closed;
    }

    public Role role() {
        return role;
    }

    private void accept() {
        while (!server.isClosed()) {
            try {
                Socket socket = server.accept();
                socket.setTcpNoDelay(true);
                int number;
                synchronized (this) {
                    number = ++connections;
                }
                sockets.add(socket);
                var _ = Thread.ofVirtual().start(() -> serve(socket, number));
            } catch (IOException _) {
                // closed
            }
        }
    }

    private void serve(Socket socket, int number) {
        try (socket) {
            new ScriptedSession(this, socket, number).run();
        } catch (IOException _) {
            // the peer has gone
        } finally {
            sockets.remove(socket);
        }
    }

    /** What Postfix announces to a trusted client. */
    public static final List<String> ALL = List.of(
            "PIPELINING",
            "SIZE 104857600",
            "XFORWARD NAME ADDR PROTO HELO SOURCE PORT IDENT",
            "ENHANCEDSTATUSCODES",
            "8BITMIME",
            "DSN",
            "SMTPUTF8");
}
