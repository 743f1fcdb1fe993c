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
 * Runs an SMTP or LMTP server on a real socket. At each stage it does what its script says, and it is polite where the
 * script says nothing. It keeps the raw octets that it was sent. It does not judge: any line is a command, and only
 * CRLF.CRLF ends data. Thread-safe; it uses one virtual thread for each connection.
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

    /** Says how the server behaves. */
    public record Role(
            Script script,
            List<String> capabilities,
            boolean isLmtp,
            @Nullable SSLContext tls) {}

    private ScriptedNextHop(int port, Role role) throws IOException {
        this.role = role;
        // The system does not let a fixed buffer grow, so a peer soon notices that nobody reads
        server.setReceiveBufferSize(256 << 10);
        server.bind(new InetSocketAddress(InetAddress.getLoopbackAddress(), port));
        acceptor = Thread.ofVirtual().start(this::accept);
    }

    /** Listens for SMTP on a free port. */
    public ScriptedNextHop(Script script, List<String> capabilities, @Nullable SSLContext tls) throws IOException {
        this(0, new Role(script, List.copyOf(capabilities), false, tls));
    }

    /** Listens for SMTP on a free port, and announces what Postfix announces. */
    public ScriptedNextHop(Script script) throws IOException {
        this(script, ALL, null);
    }

    public ScriptedNextHop() throws IOException {
        this(Script.polite());
    }

    /** Listens for SMTP on this port, which is free again once the server is closed. */
    public static ScriptedNextHop onPort(int port, Script script) throws IOException {
        return new ScriptedNextHop(port, new Role(script, ALL, false, null));
    }

    /**
     * Listens for LMTP on a free port. After the final dot it sends a reply for each accepted recipient (RFC 2033
     * §4.2).
     */
    public static ScriptedNextHop lmtp(Script script) throws IOException {
        return new ScriptedNextHop(0, new Role(script, ALL, true, null));
    }

    /** Keeps at most this many octets of each message, for messages that do not fit into memory together. */
    public ScriptedNextHop keepingOnly(int octets) {
        kept = octets;
        return this;
    }

    public InetSocketAddress address() {
        return (InetSocketAddress) server.getLocalSocketAddress();
    }

    public int port() {
        return server.getLocalPort();
    }

    /** Returns the messages answered with 2xx so far; over LMTP, for at least one recipient. */
    public synchronized List<Received> received() {
        return List.copyOf(received);
    }

    /** Returns the messages whose end has come, accepted or not. */
    public synchronized List<Received> ended() {
        return List.copyOf(ended);
    }

    /** Returns how many messages have come to their end, accepted or not. */
    public synchronized int completed() {
        return ended.size();
    }

    /** Returns every command line of every connection, in the order in which they were read. */
    public synchronized List<String> commands() {
        return List.copyOf(commands);
    }

    public synchronized int connections() {
        return connections;
    }

    /** Returns the subjects of the certificates that clients have shown, one for each handshake with a certificate. */
    public synchronized List<String> shown() {
        return List.copyOf(shown);
    }

    public synchronized void shown(SSLSession session) {
        try {
            shown.add(session.getPeerPrincipal().getName());
        } catch (SSLPeerUnverifiedException _) {
            // This client has no certificate
        }
    }

    public boolean isDeserted() {
        return sockets.isEmpty();
    }

    public synchronized void clear() {
        ended.clear();
        received.clear();
    }

    /** Ends every connection with RST, as a restart of the host would. */
    public void resetAll() {
        sockets.forEach(Resets::reset);
    }

    /** Closes the server and all connections, including those that a client keeps for later. */
    @Override
    public void close() throws IOException {
        closed.countDown();
        server.close();
        try {
            // The port stays taken until the thread has left accept()
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

    /** Returns a latch that opens when this server is closed. */
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
                // The server socket was closed
            }
        }
    }

    private void serve(Socket socket, int number) {
        try (socket) {
            new ScriptedSession(this, socket, number).run();
        } catch (IOException _) {
            // The peer has gone
        } finally {
            sockets.remove(socket);
        }
    }

    /** Lists the extensions that Postfix announces to a trusted client. */
    public static final List<String> ALL = List.of(
            "PIPELINING",
            "SIZE 104857600",
            "XFORWARD NAME ADDR PROTO HELO SOURCE PORT IDENT",
            "ENHANCEDSTATUSCODES",
            "8BITMIME",
            "DSN",
            "SMTPUTF8");
}
