package org.postseal.gateway.mail;

import java.io.IOException;
import java.io.InputStream;
import java.util.Arrays;
import java.util.Base64;
import java.util.Objects;
import org.jspecify.annotations.Nullable;

/**
 * Decodes base64 (RFC 2045 §6.8) while it is read. Line ends and blanks may stand anywhere. Any other octet, anything
 * after the padding and an incomplete end cause a {@link TransferEncodingException}: text that programs could decode
 * in different ways is not decoded at all.
 */
final class Base64InputStream extends InputStream {
    private final InputStream in;
    private byte[] encoded = {};
    private byte[] clean = {};
    private int cleanLength;
    private byte[] decoded = {};
    private int position;
    private boolean padded;
    private boolean ended;

    Base64InputStream(InputStream in) {
        this.in = in;
    }

    @Override
    public int read() throws IOException {
        return fill() ? decoded[position++] & 0xFF : -1;
    }

    @Override
    public int read(byte[] target, int offset, int length) throws IOException {
        Objects.checkFromIndexSize(offset, length, target.length);
        if (length == 0) {
            return 0;
        }
        if (!fill()) {
            return -1;
        }
        int count = Math.min(length, decoded.length - position);
        System.arraycopy(decoded, position, target, offset, count);
        position += count;
        return count;
    }

    @Override
    public void close() throws IOException {
        in.close();
    }

    private boolean fill() throws IOException {
        while (position == decoded.length) {
            if (ended) {
                return false;
            }
            grow();
            int count = in.read(encoded);
            if (count < 0) {
                ended = true;
                dropBlanks();
                if (cleanLength > 0) {
                    throw new TransferEncodingException("base64 ends within a group of four");
                }
                return false;
            }
            collect(count);
            decode();
        }
        return true;
    }

    /** Makes the next piece larger than the one before: often only the beginning is asked for. */
    private void grow() {
        if (encoded.length < LARGEST) {
            encoded = new byte[Math.clamp(8L * encoded.length, FIRST, LARGEST)];
            clean = Arrays.copyOf(clean, encoded.length + 3);
        }
    }

    /** Copies the lines without their ends. */
    private void collect(int count) {
        int start = 0;
        while (start < count) {
            int feed = Lines.indexOfFeed(encoded, start, count);
            int end = feed < 0 ? count : feed;
            int text = end > start && encoded[end - 1] == '\r' ? end - 1 : end;
            System.arraycopy(encoded, start, clean, cleanLength, text - start);
            cleanLength += text - start;
            start = end + 1;
        }
    }

    private void decode() throws TransferEncodingException {
        if (cleanLength > 0 && padded) {
            dropBlanks();
            if (cleanLength > 0) {
                throw new TransferEncodingException("octets after the padding of base64");
            }
        }
        byte[] result = tryDecode();
        if (result == null) {
            dropBlanks();
            result = tryDecode();
        }
        if (result == null) {
            throw new TransferEncodingException("an octet that is not base64");
        }
        decoded = result;
        position = 0;
    }

    private byte @Nullable [] tryDecode() {
        int groups = cleanLength & ~3;
        try {
            byte[] result = Base64.getDecoder().decode(Arrays.copyOf(clean, groups));
            padded |= groups > 0 && clean[groups - 1] == '=';
            System.arraycopy(clean, groups, clean, 0, cleanLength - groups);
            cleanLength -= groups;
            return result;
        } catch (IllegalArgumentException notBase64) {
            return null;
        }
    }

    private void dropBlanks() {
        int kept = 0;
        for (int i = 0; i < cleanLength; i++) {
            byte octet = clean[i];
            if (octet != ' ' && octet != '\t' && octet != '\r') {
                clean[kept++] = octet;
            }
        }
        cleanLength = kept;
    }

    private static final int FIRST = 1024;
    private static final int LARGEST = 16 * 1024;
}
