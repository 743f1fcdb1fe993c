package org.postseal.gateway.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.Socket;
import java.net.SocketException;

/** Ends connections with RST, as the restart of a host does. */
final class Resets {
    private Resets() {}

    /**
     * Resets a connection. If its peer or another thread has closed it already, or does so meanwhile, nothing is left
     * to do.
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
