package org.postseal.gateway.audit.systemd;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.time.Duration;

/**
 * Sends datagrams to a socket of this machine (unix(7)). It never waits for the reader longer than it is told to.
 * Thread-safe.
 */
final class UnixDatagram implements AutoCloseable {
    private final byte[] address;
    private final int descriptor;
    private boolean isClosed;

    private UnixDatagram(byte[] address, int descriptor) {
        this.address = address;
        this.descriptor = descriptor;
    }

    /**
     * @param name the path of the socket, or {@code @} and a name without a file (abstract)
     * @throws IOException if it is no such address, or no socket can be opened
     */
    static UnixDatagram open(String name) throws IOException {
        return new UnixDatagram(address(name), Libc.socket());
    }

    private static byte[] address(String name) throws IOException {
        byte[] path = name.getBytes(StandardCharsets.UTF_8);
        if (path.length < 2 || path.length >= MOST || !(name.startsWith("/") || name.startsWith("@"))) {
            throw new IOException("no address of a socket: " + name);
        }
        if (path[0] == '@') {
            path[0] = 0;
        }
        return ByteBuffer.allocate(Short.BYTES + path.length)
                .order(ByteOrder.nativeOrder())
                .putShort((short) Libc.AF_UNIX)
                .put(path)
                .array();
    }

    /**
     * Sends one datagram.
     *
     * @param patience how long to wait while there is no room
     * @throws IOException if it was not sent
     */
    synchronized void send(byte[] octets, Duration patience) throws IOException {
        long end = System.nanoTime() + patience.toNanos();
        while (true) {
            if (isClosed) {
                throw new IOException("the socket is closed");
            }
            try {
                Libc.send(descriptor, octets, address);
                return;
            } catch (Libc.CallFailedException failed) {
                if (!failed.isFull() || System.nanoTime() - end >= 0) {
                    throw failed;
                }
            }
            try {
                Thread.sleep(PAUSE);
            } catch (InterruptedException stopped) {
                Thread.currentThread().interrupt();
                throw new IOException("interrupted", stopped);
            }
        }
    }

    @Override
    public synchronized void close() {
        if (!isClosed) {
            isClosed = true;
            Libc.close(descriptor);
        }
    }

    /** The octets of {@code sun_path}, including the zero behind a path. */
    private static final int MOST = 108;

    private static final Duration PAUSE = Duration.ofMillis(5);
}
