package org.postseal.gateway.mail;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;
import java.util.Objects;

/**
 * Encodes text as quoted-printable (RFC 2045 §6.7) that survives mail systems (RFC 8551 §3.1.3): CRLF stays a line end, blanks at the end of a line, a leading {@code From } and a leading dot are
 * encoded, no line is over 76 characters. {@link #finish()} ends it and leaves the stream behind it open. Not thread-safe.
 */
public final class QuotedPrintableOutputStream extends OutputStream {
    private final OutputStream out;
    private final byte[] pending = new byte[8 * 1024];
    private final byte[] encoded = new byte[8 * 1024];
    private int length;
    private int encodedLength;
    private int column;
    private boolean afterSoftBreak;
    private boolean finished;

    public QuotedPrintableOutputStream(OutputStream out) {
        this.out = out;
    }

    @Override
    public void write(int octet) throws IOException {
        write(new byte[] {(byte) octet}, 0, 1);
    }

    @Override
    public void write(byte[] octets, int offset, int count) throws IOException {
        Objects.checkFromIndexSize(offset, count, octets.length);
        if (finished) {
            throw new IOException("quoted-printable is finished");
        }
        int done = 0;
        while (done < count) {
            int piece = Math.min(count - done, pending.length - length);
            System.arraycopy(octets, offset + done, pending, length, piece);
            length += piece;
            done += piece;
            if (length == pending.length) {
                encode(length - LOOK_AHEAD);
            }
        }
    }

    /** Writes what is left. */
    public void finish() throws IOException {
        if (!finished) {
            finished = true;
            encode(length);
            out.write(encoded, 0, encodedLength);
            encodedLength = 0;
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

    private void encode(int end) throws IOException {
        int position = 0;
        while (position < end) {
            if (encodedLength > encoded.length - LONGEST_STEP) {
                out.write(encoded, 0, encodedLength);
                encodedLength = 0;
            }
            if (isLineEnd(position)) {
                put('\r');
                put('\n');
                column = 0;
                afterSoftBreak = false;
                position += 2;
            } else {
                encodeOctet(position);
                position++;
            }
        }
        length -= position;
        System.arraycopy(pending, position, pending, 0, length);
    }

    private void encodeOctet(int position) {
        int width = isLiteral(position) ? 1 : 3;
        boolean last = isLineEnd(position + 1);
        if (column + width > (last ? LINE : LINE - 1)) {
            put('=');
            put('\r');
            put('\n');
            column = 0;
            afterSoftBreak = true;
        }
        if (isLiteral(position)) {
            put(pending[position]);
            column++;
        } else {
            put('=');
            put(HEX[pending[position] >> 4 & 0xF]);
            put(HEX[pending[position] & 0xF]);
            column += 3;
        }
    }

    private boolean isLiteral(int position) {
        byte octet = pending[position];
        if (octet == ' ' || octet == '\t') {
            boolean last = position + 1 == length || isLineEnd(position + 1);
            return !last;
        }
        if (octet <= ' ' || octet == '=' || octet == 127) {
            return false;
        }
        if (column > 0) {
            return true;
        }
        // a soft break in the right place would make text into a boundary line of a multipart around us
        boolean dash = octet == '-' && afterSoftBreak;
        boolean from = Arrays.equals(pending, position, Math.min(position + FROM.length, length), FROM, 0, FROM.length);
        return octet != '.' && !dash && !from;
    }

    private boolean isLineEnd(int position) {
        return position + 1 < length && pending[position] == '\r' && pending[position + 1] == '\n';
    }

    private void put(int octet) {
        encoded[encodedLength++] = (byte) octet;
    }

    private static final int LINE = 76;
    private static final int LOOK_AHEAD = 8;
    private static final int LONGEST_STEP = 8;
    private static final byte[] FROM = {'F', 'r', 'o', 'm', ' '};
    private static final byte[] HEX = "0123456789ABCDEF".getBytes(java.nio.charset.StandardCharsets.US_ASCII);
}
