package org.postseal.gateway.audit.systemd;

import java.io.IOException;
import java.time.Duration;

/** Where systemd's journal takes entries of its native protocol, one in each datagram. Thread-safe. */
public final class JournalSocket implements AutoCloseable {
    private final UnixDatagram socket;

    private JournalSocket(UnixDatagram socket) {
        this.socket = socket;
    }

    /**
     * @param name path of the socket
     * @throws IOException when it is no address of one
     */
    public static JournalSocket open(String name) throws IOException {
        return new JournalSocket(UnixDatagram.open(name));
    }

    /**
     * Hands over an entry; waits a little while the journal has no room.
     *
     * @param entry lines {@code NAME=value}
     * @throws IOException when it was not taken: nobody listens, we may not, it has no room, or the entry is longer than a datagram
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
