package org.postseal.gateway.smtp.server;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.util.concurrent.CountDownLatch;
import org.jspecify.annotations.Nullable;

/**
 * The listening socket as SubEtha gets it: sets TCP_NODELAY on what it accepts (three small pipelined replies otherwise wait for Nagle and delayed ACK, 40 ms per message), and can
 * stop to accept long before SubEtha does.
 */
final class ListeningSocket extends ServerSocket {
    private final CountDownLatch never = new CountDownLatch(1);
    private volatile boolean isClosing;
    private volatile @Nullable InetSocketAddress bound;

    ListeningSocket() throws IOException {
        setReuseAddress(true);
    }

    /** Once; SubEtha binds what may be bound already. */
    @Override
    public void bind(SocketAddress address, int backlog) throws IOException {
        if (isBound()) {
            return;
        }
        super.bind(address, backlog);
        bound = (InetSocketAddress) super.getLocalSocketAddress();
    }

    /** The bound address, also after it was closed. */
    InetSocketAddress address() {
        InetSocketAddress address = bound;
        if (address == null) {
            throw new IllegalStateException("not started");
        }
        return address;
    }

    @Override
    public Socket accept() throws IOException {
        try {
            Socket accepted = super.accept();
            accepted.setTcpNoDelay(true);
            return accepted;
        } catch (SocketException closed) {
            if (isClosing) {
                waitForStop();
            }
            throw closed;
        }
    }

    /** Gives the port up; SubEtha's accept loop waits in {@link #accept} until it is stopped. */
    void stopAccepting() {
        isClosing = true;
        try {
            super.close();
        } catch (IOException isClosedAnyway) {
            // nothing accepts on it any more, which is all that was wanted
            return;
        }
    }

    // SubEtha would log an error each second. Its stop() interrupts this thread.
    private void waitForStop() throws SocketException {
        try {
            never.await();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new SocketException("stopped");
        }
    }
}
