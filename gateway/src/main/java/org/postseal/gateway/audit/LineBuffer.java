package org.postseal.gateway.audit;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Optional;

/** Cuts a stream of lines into chunks. Used once, by one thread. */
final class LineBuffer {
    private final InputStream in;
    private final byte[] buffer = new byte[BLOCK];
    private int position;
    private int limit;
    private byte[] rest = new byte[0];

    LineBuffer(InputStream in) {
        this.in = in;
    }

    /** The next chunk; empty at the end. What stands behind the last line end is left out. */
    Optional<byte[]> next() throws IOException {
        ByteArrayOutputStream chunk = new ByteArrayOutputStream(SegmentFile.CHUNK + BLOCK);
        int whole = 0;
        while (true) {
            for (int i = position; i < limit; i++) {
                if (buffer[i] == '\n') {
                    int length = chunk.size() + i + 1 - position;
                    whole = length;
                    if (length >= SegmentFile.CHUNK) {
                        chunk.write(buffer, position, i + 1 - position);
                        position = i + 1;
                        return Optional.of(chunk.toByteArray());
                    }
                }
            }
            chunk.write(buffer, position, limit - position);
            position = 0;
            limit = Math.max(0, in.read(buffer));
            if (limit == 0) {
                byte[] last = chunk.toByteArray();
                rest = last.length == 0 ? rest : Arrays.copyOfRange(last, whole, last.length);
                return whole == 0 ? Optional.empty() : Optional.of(Arrays.copyOf(last, whole));
            }
        }
    }

    /** What stands behind the last line end, once the end was reached. */
    byte[] rest() {
        return rest;
    }

    private static final int BLOCK = 64 << 10;
}
