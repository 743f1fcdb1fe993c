package org.postseal.gateway.mail;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Base64;
import java.util.Objects;

/** Encodes base64 in lines that end in CRLF (RFC 2045 §6.8), the last one too. {@link #finish()} ends it and leaves the stream behind it open. Not thread-safe. */
public final class Base64OutputStream extends OutputStream {
    private final OutputStream out;
    private final int lineLength;
    private final byte[] plain;
    private final byte[] encoded;
    private final byte[] lines;
    private int length;
    private boolean finished;

    /** In lines of 76 characters. */
    public Base64OutputStream(OutputStream out) {
        this(out, 76);
    }

    /**
     * In lines of another length.
     *
     * @param lineLength a multiple of 4, at most 76
     */
    public Base64OutputStream(OutputStream out, int lineLength) {
        if (lineLength < 4 || lineLength > 76 || lineLength % 4 != 0) {
            throw new IllegalArgumentException("line length " + lineLength);
        }
        this.out = out;
        this.lineLength = lineLength;
        this.plain = new byte[LINES * lineLength / 4 * 3];
        this.encoded = new byte[LINES * lineLength];
        this.lines = new byte[LINES * (lineLength + 2)];
    }

    @Override
    public void write(int octet) throws IOException {
        write(new byte[] {(byte) octet}, 0, 1);
    }

    @Override
    public void write(byte[] octets, int offset, int count) throws IOException {
        Objects.checkFromIndexSize(offset, count, octets.length);
        if (finished) {
            throw new IOException("base64 is finished");
        }
        int done = 0;
        while (done < count) {
            int piece = Math.min(count - done, plain.length - length);
            System.arraycopy(octets, offset + done, plain, length, piece);
            length += piece;
            done += piece;
            if (length == plain.length) {
                writeLines(Base64.getEncoder().encode(plain, encoded));
                length = 0;
            }
        }
    }

    /** Writes what is left and the padding. */
    public void finish() throws IOException {
        if (!finished) {
            finished = true;
            writeLines(Base64.getEncoder().encode(Arrays.copyOf(plain, length), encoded));
        }
    }

    @Override
    public void flush() throws IOException {
        out.flush();
    }

    @Override
    public void close() throws IOException {
        finish();
        out.close();
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
