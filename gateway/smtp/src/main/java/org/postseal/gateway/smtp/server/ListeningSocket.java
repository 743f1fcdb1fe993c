package org.postseal.gateway.smtp.server;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.net.SocketAddress;
import java.net.SocketException;
import java.net.SocketImpl;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;

/**
 * Listens for SubEtha. It sets TCP_NODELAY on what it accepts; otherwise, three small pipelined replies wait for Nagle
 * and delayed ACK, 40 ms per message. It can stop accepting long before SubEtha does. It accepts nobody for whom there
 * would be no room among the open files.
 */
final class ListeningSocket extends ServerSocket {
    private final ConnectionPlaces places;
    private final CountDownLatch never = new CountDownLatch(1);
    private volatile boolean isClosing;
    private volatile @Nullable InetSocketAddress bound;

    /** @param places hold back new connections when there are too many */
    ListeningSocket(ConnectionPlaces places) throws IOException {
        this.places = places;
        setReuseAddress(true);
    }

    /** Binds the socket unless it is bound, since SubEtha binds it again. */
    @Override
    public void bind(SocketAddress address, int backlog) throws IOException {
        if (isBound()) {
            return;
        }
        super.bind(address, backlog);
        bound = (InetSocketAddress) super.getLocalSocketAddress();
    }

    /** Returns the bound address, also after the socket was closed. */
    InetSocketAddress address() {
        InetSocketAddress address = bound;
        if (address == null) {
            throw new IllegalStateException("not started");
        }
        return address;
    }

    @Override
    public Socket accept() throws IOException {
        awaitRoom();
        Socket accepted = new AcceptedSocket(places);
        boolean isDone = false;
        try {
            implAccept(accepted);
            accepted.setTcpNoDelay(true);
            isDone = true;
            return accepted;
        } catch (SocketException closed) {
            if (isClosing) {
                waitForStop();
            }
            throw closed;
        } finally {
            if (!isDone) {
                accepted.close();
            }
        }
    }

    private void awaitRoom() throws SocketException {
        try {
            places.awaitSocket();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new SocketException("stopped");
        }
    }

    /** Gives its room back when it is closed. */
    private static final class AcceptedSocket extends Socket {
        private final ConnectionPlaces places;
        private final AtomicBoolean isClosed = new AtomicBoolean();

        AcceptedSocket(ConnectionPlaces places) throws IOException {
            super((SocketImpl) null);
            this.places = places;
        }

        @Override
        public void close() throws IOException {
            try {
                super.close();
            } finally {
                if (isClosed.compareAndSet(false, true)) {
                    places.closed();
                }
            }
        }
    }

    /** Closes the port. SubEtha's accept loop then waits in {@link #accept} until it is stopped. */
    void stopAccepting() {
        isClosing = true;
        try {
            super.close();
        } catch (IOException isClosedAnyway) {
            // The socket accepts nothing any more, which is all that is needed.
            return;
        }
    }

    // Without this wait, SubEtha would log an error each second. Its stop() interrupts this thread.
    private void waitForStop() throws SocketException {
        try {
            never.await();
        } catch (InterruptedException stopped) {
            Thread.currentThread().interrupt();
            throw new SocketException("stopped");
        }
    }
}
