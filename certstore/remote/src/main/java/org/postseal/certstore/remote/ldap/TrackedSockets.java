package org.postseal.certstore.remote.ldap;

import java.io.IOException;
import java.net.InetAddress;
import java.net.Socket;
import javax.net.SocketFactory;
import org.jspecify.annotations.Nullable;

/**
 * Makes the socket of one connection and keeps hold of it. A server can feed a handshake or a read with an octet now
 * and then, and each octet starts the socket's own time limit anew. Only closing the socket ends that.
 */
final class TrackedSockets extends SocketFactory {
    private final SocketFactory factory;
    private @Nullable Socket socket;
    private boolean isAborted;

    TrackedSockets(SocketFactory factory) {
        this.factory = factory;
    }

    /**
     * Ends whatever the connection is doing. If the connection has not been made yet, it never will be. This method
     * never blocks.
     */
    synchronized void abort() {
        isAborted = true;
        Socket made = socket;
        if (made != null) {
            closeQuietly(made);
        }
    }

    @Override
    public Socket createSocket() throws IOException {
        return keep(factory.createSocket());
    }

    @Override
    public Socket createSocket(String host, int port) throws IOException {
        return keep(factory.createSocket(host, port));
    }

    @Override
    public Socket createSocket(String host, int port, InetAddress local, int localPort) throws IOException {
        return keep(factory.createSocket(host, port, local, localPort));
    }

    @Override
    public Socket createSocket(InetAddress host, int port) throws IOException {
        return keep(factory.createSocket(host, port));
    }

    @Override
    public Socket createSocket(InetAddress host, int port, InetAddress local, int localPort) throws IOException {
        return keep(factory.createSocket(host, port, local, localPort));
    }

    private synchronized Socket keep(Socket made) throws IOException {
        if (isAborted) {
            closeQuietly(made);
            throw new IOException("given up");
        }
        socket = made;
        return made;
    }

    private static void closeQuietly(Socket socket) {
        try {
            socket.close();
        } catch (IOException alreadyBroken) {
            // The socket is of no use any more, whether closing worked or not.
        }
    }
}
