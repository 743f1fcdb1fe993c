package org.postseal.gateway.mail;

import java.io.BufferedInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.util.Objects;

/**
 * Decodes quoted-printable (RFC 2045 §6.7) while it is read. Soft line breaks and blanks at the end of a line are
 * removed. An {@code =} that begins neither an encoded octet nor a soft line break causes a {@link
 * TransferEncodingException}.
 */
final class QuotedPrintableInputStream extends InputStream {
    private final BufferedInputStream in;
    private final ByteArrayOutputStream blanks = new ByteArrayOutputStream();
    private byte[] ready = {};
    private int position;

    QuotedPrintableInputStream(InputStream in) {
        this.in = new BufferedInputStream(in);
    }

    @Override
    public int read() throws IOException {
        while (true) {
            if (position < ready.length) {
                return ready[position++] & 0xFF;
            }
            int octet = in.read();
            switch (octet) {
                case ' ', '\t' -> collectBlanks(octet);
                case '=' -> {
                    int decoded = escape();
                    if (decoded >= 0) {
                        return decoded;
                    }
                }
                default -> {
                    return octet;
                }
            }
        }
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, target.length);
        int count = 0;
        while (count < length) {
            int octet = read();
            if (octet < 0) {
                return count == 0 ? -1 : count;
            }
            target[offset + count++] = (byte) octet;
        }
        return count;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }

    /** Keeps a run of blanks, unless a line end follows. */
    private void collectBlanks(int first) throws IOException {
        blanks.reset();
        int octet = first;
        while (octet == ' ' || octet == '\t') {
            if (blanks.size() == LONGEST_RUN) {
                throw new TransferEncodingException("a run of blanks without end in quoted-printable");
            }
            blanks.write(octet);
            in.mark(1);
            octet = in.read();
        }
        in.reset();
        ready = octet == '\r' || octet == '\n' || octet < 0 ? NOTHING : blanks.toByteArray();
        position = 0;
    }

    /** Returns the octet that is written here, or -1 for a soft line break. */
    private int escape() throws IOException {
        int first = in.read();
        while (first == ' ' || first == '\t') {
            // This is transport padding after a soft line break.
            first = in.read();
            if (Character.digit(first, 16) >= 0) {
                throw new TransferEncodingException("a lone = in quoted-printable");
            }
        }
        if (first < 0 || first == '\n') {
            return -1;
        }
        int second = in.read();
        if (first == '\r' && second == '\n') {
            return -1;
        }
        int high = Character.digit(first, 16);
        int low = Character.digit(second, 16);
        if (high < 0 || low < 0) {
            throw new TransferEncodingException("a lone = in quoted-printable");
        }
        return 16 * high + low;
    }

    private static final byte[] NOTHING = {};
    private static final int LONGEST_RUN = 64 * 1024;
}
