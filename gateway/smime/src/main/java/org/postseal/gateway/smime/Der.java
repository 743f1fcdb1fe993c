package org.postseal.gateway.smime;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.util.Arrays;

/**
 * Writes DER as octets: what Bouncy Castle encodes, and the headers of constructed values whose content streams by with
 * a length known beforehand.
 */
final class Der {
    static final int SEQUENCE = 0x30;
    static final int SET = 0x31;
    static final int OCTET_STRING = 0x04;
    static final int CONTEXT_0_CONSTRUCTED = 0xA0;
    /** This is the tag [0] IMPLICIT of a primitive. */
    static final int CONTEXT_0_PRIMITIVE = 0x80;

    private Der() {}

    static byte[] encode(ASN1Encodable value) {
        return encode(value, ASN1Encoding.DER);
    }

    /** Encodes with definite lengths, and leaves sets in the order they have. */
    static byte[] encodeUnsorted(ASN1Encodable value) {
        return encode(value, ASN1Encoding.DL);
    }

    /**
     * Returns true if these octets, which {@link #encodeUnsorted} has made, are known to be what {@link #encode} makes:
     * all sets are in order, and there are only values that both encode alike.
     */
    static boolean isDer(byte[] octets) {
        return endIfDer(octets, 0) == octets.length;
    }

    /** Returns where the value ends that begins at {@code start}, or -1 if it is not known to be DER. */
    private static int endIfDer(byte[] octets, int start) {
        int tag = octets[start] & 0xFF;
        int at = start + 2;
        int length = octets[start + 1] & 0xFF;
        if (length >= 0x80) {
            int end = at + (length & 0x7F);
            for (length = 0; at < end; at++) {
                length = (length << 8) | (octets[at] & 0xFF);
            }
        }
        int end = at + length;
        boolean isTagged = tag >= 0x80 && (tag & 0x1F) != 0x1F;
        if (!isTagged && tag != SEQUENCE && tag != SET) {
            return tag < Long.SIZE && (ALIKE & 1L << tag) != 0 ? end : -1;
        }
        if ((tag & CONSTRUCTED) == 0) {
            return end;
        }
        for (int previous = at; at < end; ) {
            int next = endIfDer(octets, at);
            // Bouncy Castle sorts without looking at the bit of constructed values, so these do not mix with others.
            boolean isUnordered = ((octets[previous] ^ octets[at]) & CONSTRUCTED) != 0
                    || java.util.Arrays.compareUnsigned(octets, previous, at, octets, at, Math.max(at, next)) > 0;
            if (next < 0 || (tag == SET && at > previous && isUnordered)) {
                return -1;
            }
            previous = at;
            at = next;
        }
        return end;
    }

    private static byte[] encode(ASN1Encodable value, String encoding) {
        try {
            return value.toASN1Primitive().getEncoded(encoding);
        } catch (IOException e) {
            throw new IllegalStateException("encoding in memory cannot fail", e);
        }
    }

    /** Writes identifier and definite length. */
    static byte[] header(int tag, long length) {
        ByteArrayOutputStream header = new ByteArrayOutputStream(10);
        header.write(tag);
        if (length < 0x80) {
            header.write((int) length);
        } else {
            int octets = (71 - Long.numberOfLeadingZeros(length)) / 8;
            header.write(0x80 | octets);
            for (int i = octets - 1; i >= 0; i--) {
                header.write((int) (length >> (8 * i)));
            }
        }
        return header.toByteArray();
    }

    /** Writes a value: its header, and its content in parts. */
    static byte[] value(int tag, byte[]... parts) {
        byte[] content = join(parts);
        return join(header(tag, content.length), content);
    }

    static byte[] join(byte[]... parts) {
        return Arrays.concatenate(parts);
    }

    /** Returns how many octets a value takes, header included, if its content has {@code contentLength} octets. */
    static long size(long contentLength) {
        return header(0, contentLength).length + contentLength;
    }

    private static final int CONSTRUCTED = 0x20;
    // These are INTEGER, OCTET STRING, NULL, OBJECT IDENTIFIER, UTF8String, PrintableString, IA5String and UTCTime.
    private static final long ALIKE =
            1L << 0x02 | 1L << 0x04 | 1L << 0x05 | 1L << 0x06 | 1L << 0x0C | 1L << 0x13 | 1L << 0x16 | 1L << 0x17;
}
