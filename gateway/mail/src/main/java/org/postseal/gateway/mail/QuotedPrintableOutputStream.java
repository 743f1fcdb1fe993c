package org.postseal.gateway.mail;

import java.io.IOException;
import java.io.OutputStream;
import java.util.Arrays;

/**
 * Encodes text as quoted-printable (RFC 2045 §6.7) that survives mail systems (RFC 8551 §3.1.3). CRLF stays a line end.
 * Blanks at the end of a line, a leading {@code From } and a leading dot are encoded. No line is over 76 characters.
 * {@link #finish()} ends the encoding and leaves the underlying stream open. Not thread-safe.
 */
public final class QuotedPrintableOutputStream extends EncodingStream {
    private final byte[] encoded = new byte[8 * 1024];
    private int encodedLength;
    private int column;
    private boolean afterSoftBreak;

    public QuotedPrintableOutputStream(OutputStream out) {
        super(out, 8 * 1024);
    }

    @Override
    void encode(boolean last) throws IOException {
        encodeUntil(last ? length : length - LOOK_AHEAD);
        if (last) {
            writeEncoded();
        }
    }

    private void writeEncoded() throws IOException {
        out.write(encoded, 0, encodedLength);
        encodedLength = 0;
    }

    private void encodeUntil(int end) throws IOException {
        int position = 0;
        while (position < end) {
            if (encodedLength > encoded.length - LONGEST_STEP) {
                writeEncoded();
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
        System.arraycopy(block, position, block, 0, length);
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
            put(block[position]);
            column++;
        } else {
            put('=');
            put(HEX[block[position] >> 4 & 0xF]);
            put(HEX[block[position] & 0xF]);
            column += 3;
        }
    }

    private boolean isLiteral(int position) {
        byte octet = block[position];
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
        // A soft break in the right place would turn text into a boundary line of a multipart around us.
        boolean dash = octet == '-' && afterSoftBreak;
        boolean from = Arrays.equals(block, position, Math.min(position + FROM.length, length), FROM, 0, FROM.length);
        return octet != '.' && !dash && !from;
    }

    private boolean isLineEnd(int position) {
        return position + 1 < length && block[position] == '\r' && block[position + 1] == '\n';
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
