package org.postseal.gateway.console;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Optional;

/** Reads the whole lines of a file that is being written. A line without a line end is left for the next time. */
final class LineReader {
    private final InputStream in;
    private final byte[] buffer = new byte[64 << 10];
    private final ByteArrayOutputStream line = new ByteArrayOutputStream();
    private int position;
    private int limit;

    LineReader(InputStream in) {
        this.in = in;
    }

    /** Returns the next line without its line end; the result is empty if there is no further whole line. */
    Optional<byte[]> next() throws IOException {
        while (true) {
            for (int i = position; i < limit; i++) {
                if (buffer[i] == '\n') {
                    line.write(buffer, position, i - position);
                    position = i + 1;
                    byte[] found = line.toByteArray();
                    line.reset();
                    return Optional.of(found);
                }
            }
            line.write(buffer, position, limit - position);
            position = 0;
            limit = in.read(buffer);
            if (limit <= 0) {
                limit = 0;
                return Optional.empty();
            }
        }
    }
}
