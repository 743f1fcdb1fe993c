package org.postseal.gateway.testkit;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import org.jspecify.annotations.Nullable;

/**
 * Links two peers by TCP, on the loopback interface unless said otherwise, so that the link can be cut while it is in
 * use. Thread-safe; it uses two virtual threads for each connection.
 */
public final class CuttingProxy implements AutoCloseable {
    /** Says what the link does. */
    public enum Link {
        PASS,
        /** Ends every connection with RST, and each new one once it has been accepted. */
        RESET,
        /**
         * Holds back the octets in both directions, as a network does that loses all packets. They arrive when the link
         * passes octets again.
         */
        SILENT,
        /**
         * Delays each block from the server by three seconds, which is longer than anybody waits, or until the link
         * passes octets again.
         */
        SLOW,
        /** Stops listening; open connections end with RST. */
        REFUSE,
        /**
         * Changes the octets that the server sends. A connection that was open then ends with RST once the link works
         * again, since a repaired server begins anew.
         */
        NONSENSE
    }

    private final InetSocketAddress address;
    private final InetSocketAddress target;
    private final Set<Socket> sockets = ConcurrentHashMap.newKeySet();
    private @Nullable ServerSocket server;
    private Link link = Link.PASS;
    private boolean isClosed;

    /**
     * Listens on a free port of the loopback interface.
     *
     * @param target the port of the server behind the link
     */
    public CuttingProxy(int target) throws IOException {
        this(loopback(0), loopback(target));
    }

    private CuttingProxy(InetSocketAddress address, InetSocketAddress target) throws IOException {
        this.target = target;
        this.address = (InetSocketAddress) listen(address).getLocalSocketAddress();
    }

    public static CuttingProxy onPort(int port, int target) throws IOException {
        return between(loopback(port), loopback(target));
    }

    /**
     * Links other interfaces.
     *
     * @param address where the proxy listens; port 0 is any free one
     */
    public static CuttingProxy between(InetSocketAddress address, InetSocketAddress target) throws IOException {
        return new CuttingProxy(address, target);
    }

    /** Returns this port of the loopback interface. */
    public static InetSocketAddress loopback(int port) {
        return new InetSocketAddress(InetAddress.getLoopbackAddress(), port);
    }

    public int port() {
        return address.getPort();
    }

    /** Changes what the link does, for open connections too. */
    public void set(Link next) throws IOException {
        Link before = link;
        link(next);
        if (next == Link.REFUSE) {
            stopListening();
        }
        if (next == Link.RESET || next == Link.REFUSE || before == Link.NONSENSE) {
            resetAll();
        }
        if (before == Link.REFUSE && next != Link.REFUSE) {
            listen(address);
        }
    }

    /** Ends the connections that are open now with RST. */
    public void resetAll() {
        sockets.forEach(Resets::reset);
    }

    @Override
    public void close() throws IOException {
        synchronized (this) {
            isClosed = true;
            notifyAll();
        }
        stopListening();
        resetAll();
    }

    private synchronized void link(Link next) {
        link = next;
        notifyAll();
    }

    private synchronized ServerSocket listen(InetSocketAddress wanted) throws IOException {
        ServerSocket opened = new ServerSocket();
        opened.setReuseAddress(true);
        opened.bind(wanted, 200);
        server = opened;
        Thread.ofVirtual().start(() -> accept(opened));
        return opened;
    }

    private synchronized void stopListening() throws IOException {
        if (server != null) {
            server.close();
        }
    }

    private void accept(ServerSocket from) {
        while (!from.isClosed()) {
            try {
                Socket client = from.accept();
                if (now() == Link.RESET) {
                    Resets.reset(client);
                } else {
                    Thread.ofVirtual().start(() -> connect(client));
                }
            } catch (IOException _) {
                // The server socket was closed
            }
        }
    }

    private void connect(Socket client) {
        try (client;
                Socket peer = new Socket(target.getAddress(), target.getPort())) {
            client.setTcpNoDelay(true);
            peer.setTcpNoDelay(true);
            sockets.add(client);
            sockets.add(peer);
            if (now() == Link.RESET || now() == Link.REFUSE) {
                // The link was cut while this connection was being made
                Resets.reset(client);
                Resets.reset(peer);
            }
            Thread answers = Thread.ofVirtual().start(() -> copy(peer, client, true));
            copy(client, peer, false);
            answers.join();
        } catch (IOException _) {
            // The server is not there. The client notices this when its connection ends
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
        } finally {
            sockets.remove(client);
        }
    }

    private void copy(Socket from, Socket to, boolean isAnswer) {
        try {
            InputStream in = from.getInputStream();
            OutputStream out = to.getOutputStream();
            byte[] octets = new byte[16 << 10];
            for (int count = in.read(octets); count >= 0; count = in.read(octets)) {
                if (isAnswer) {
                    delay();
                }
                Link passing = awaitPassage();
                out.write(isAnswer && passing == Link.NONSENSE ? nonsense(count) : octets, 0, count);
                out.flush();
            }
            awaitPassage();
            to.shutdownOutput();
        } catch (IOException broken) {
            Resets.reset(from);
            Resets.reset(to);
        } finally {
            sockets.remove(from);
        }
    }

    private synchronized Link awaitPassage() throws IOException {
        while (link == Link.SILENT && !isClosed) {
            try {
                wait();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException(e);
            }
        }
        return link;
    }

    private synchronized void delay() throws IOException {
        long end = System.nanoTime() + SLOW_BY.toNanos();
        while (link == Link.SLOW && !isClosed && end - System.nanoTime() > 0) {
            try {
                wait(Math.max(1, (end - System.nanoTime()) / 1_000_000));
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
                throw new IOException(e);
            }
        }
    }

    private synchronized Link now() {
        return link;
    }

    private static final Duration SLOW_BY = Duration.ofSeconds(3);

    private static byte[] nonsense(int count) {
        return "\u0007nonsense".repeat(count / 9 + 1).getBytes(StandardCharsets.ISO_8859_1);
    }
}
