package org.postseal.gateway.mail;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Base64;

/**
 * Encodes base64 in lines that all end in CRLF, the last one too (RFC 2045 §6.8). {@link #finish()} ends the encoding
 * and leaves the underlying stream open. Not thread-safe.
 */
public final class Base64OutputStream extends EncodingStream {
    private final int lineLength;
    private final byte[] encoded;
    private final byte[] lines;

    /** Writes lines of 76 characters. */
    public Base64OutputStream(OutputStream out) {
        this(out, 76);
    }

    /**
     * Writes lines of the given length.
     *
     * @param lineLength a multiple of 4, at most 76
     */
    public Base64OutputStream(OutputStream out, int lineLength) {
        if (lineLength < 4 || lineLength > 76 || lineLength % 4 != 0) {
            throw new IllegalArgumentException("line length " + lineLength);
        }
        super(out, LINES * lineLength / 4 * 3);
        this.lineLength = lineLength;
        this.encoded = new byte[LINES * lineLength];
        this.lines = new byte[LINES * (lineLength + 2)];
    }

    @Override
    void encode(boolean last) throws IOException {
        writeLines(Base64.getEncoder().encode(last ? Arrays.copyOf(block, length) : block, encoded));
        length = 0;
    }

    private void writeLines(int encodedLength) throws IOException {
        int written = 0;
        for (int start = 0; start < encodedLength; start += lineLength) {
            int line = Math.min(lineLength, encodedLength - start);
            System.arraycopy(encoded, start, lines, written, line);
            lines[written + line] = '\r';
            lines[written + line + 1] = '\n';
            written += line + 2;
        }
        out.write(lines, 0, written);
    }

    private static final int LINES = 144;
}
