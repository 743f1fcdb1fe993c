package org.postseal.gateway.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketException;

/** Ends connections with RST, as the restart of a host does. */
final class Resets {
    private Resets() {}

    /**
     * Resets a connection. Its peer or another thread may already have closed it, or may do so meanwhile; then there is
     * nothing left to end.
     */
    public static void reset(Socket socket) {
        try {
            socket.setSoLinger(true, 0);
        } catch (SocketException _) {
            // The socket is closed, and stays so
        }
        try {
            socket.close();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
