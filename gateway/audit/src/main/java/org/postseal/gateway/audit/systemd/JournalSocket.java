package org.postseal.gateway.audit.systemd;

import java.io.IOException;
import java.time.Duration;

/** The socket where systemd's journal takes entries of its native protocol, one in each datagram. Thread-safe. */
public final class JournalSocket implements AutoCloseable {
    private final UnixDatagram socket;

    private JournalSocket(UnixDatagram socket) {
        this.socket = socket;
    }

    /**
     * @param name the path of the socket
     * @throws IOException if it is no address of a socket
     */
    public static JournalSocket open(String name) throws IOException {
        return new JournalSocket(UnixDatagram.open(name));
    }

    /**
     * Sends an entry. Waits a little while the journal has no room.
     *
     * @param entry lines {@code NAME=value}
     * @throws IOException if the entry was not taken: nobody listens, permission is denied, there is no room, or the
     * entry is longer than a datagram
     */
    public void send(byte[] entry) throws IOException {
        socket.send(entry, PATIENCE);
    }

    @Override
    public void close() {
        socket.close();
    }

    private static final Duration PATIENCE = Duration.ofSeconds(2);
}
