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
    /** This is the tag [0], constructed. */
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
}
