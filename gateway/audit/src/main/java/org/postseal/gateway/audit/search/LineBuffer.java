package org.postseal.gateway.audit.search;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Optional;

/** Cuts a stream of lines into chunks. Used once, by one thread. */
final class LineBuffer {
    private final InputStream in;
    private byte[] held = new byte[Chunk.OCTETS + BLOCK];
    private int length;

    LineBuffer(InputStream in) {
        this.in = in;
    }

    /**
     * Returns the next chunk; empty at the end. Octets behind the last line end are left out, see {@link #rest}.
     *
     * @throws IOException also if a line is too long
     */
    Optional<byte[]> next() throws IOException {
        // A line end before this place ends no chunk, and is not looked for.
        int from = Chunk.OCTETS - 1;
        while (true) {
            for (int i = from; i < length; i++) {
                if (held[i] == '\n') {
                    return Optional.of(taken(i + 1));
                }
            }
            Chunk.requireLength(length);
            from = Math.max(from, length);
            if (!isMoreRead()) {
                int whole = length;
                while (whole > 0 && held[whole - 1] != '\n') {
                    whole--;
                }
                return whole == 0 ? Optional.empty() : Optional.of(taken(whole));
            }
        }
    }

    /** Returns the octets behind the last line end, after {@link #next} has reached the end. */
    byte[] rest() {
        return Arrays.copyOf(held, length);
    }

    private boolean isMoreRead() throws IOException {
        if (length == held.length) {
            held = Arrays.copyOf(held, held.length * 2);
        }
        int count = in.read(held, length, Math.min(BLOCK, held.length - length));
        length += Math.max(0, count);
        return count > 0;
    }

    private byte[] taken(int count) {
        byte[] chunk = Arrays.copyOf(held, count);
        System.arraycopy(held, count, held, 0, length - count);
        length -= count;
        return chunk;
    }

    private static final int BLOCK = 64 << 10;
}
