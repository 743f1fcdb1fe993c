package org.postseal.gateway.smime;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.List;
import org.bouncycastle.asn1.ASN1Primitive;

/**
 * Tells by their first octets the formats whose octets are spread as evenly as those of a ciphertext, and DER. Each
 * sign has 32 bits or more.
 */
final class FileSigns {
    private FileSigns() {}

    /** Returns true for the beginning of a compressed file, an archive or a picture. */
    static boolean isFile(byte[] beginning) {
        return SIGNS.stream().anyMatch(sign -> isAt(beginning, 0, sign))
                || isGzip(beginning)
                || isMp4(beginning)
                || isLzma(beginning);
    }

    /**
     * Returns true for a ContentInfo of CMS. It also returns true for a single DER object that fills the octets, apart
     * from up to 16 octets of padding from a cipher that was never applied.
     *
     * @param size of the whole, of which {@code beginning} is the beginning
     */
    static boolean isDer(byte[] beginning, long size) {
        for (int i = 0; i < Math.min(beginning.length, 20); i++) {
            if (isAt(beginning, i, CMS)) {
                return true;
            }
        }
        if (size < 128 || beginning[0] != 0x30 || beginning[1] >= 0) {
            return false;
        }
        int octets = beginning[1] & 0x7F;
        long length = 0;
        for (int i = 0; i < Math.min(octets, 5); i++) {
            length = (length << 8) | (beginning[2 + i] & 0xFF);
        }
        long behind = size - 2 - octets - length;
        return octets <= 4
                && behind >= 0
                && behind <= 16
                && (octets > 1 || isObject(Arrays.copyOf(beginning, (int) (size - behind))));
    }

    // The length of so short an object is not enough of a sign, so the object is parsed.
    private static boolean isObject(byte[] der) {
        try {
            return ASN1Primitive.fromByteArray(der) != null;
        } catch (IOException | RuntimeException no) {
            return false;
        }
    }

    // RFC 1952 §2.3: the method is deflate, no reserved flag is set, and the system is known.
    private static boolean isGzip(byte[] beginning) {
        return isAt(beginning, 0, HexFormat.of().parseHex("1f8b08"))
                && beginning.length > 10
                && (beginning[3] & 0xE0) == 0
                && (beginning[9] == -1 || (beginning[9] >= 0 && beginning[9] < 14));
    }

    // This is the old file format of LZMA: properties, size of the dictionary, and size of the content or -1.
    private static boolean isLzma(byte[] beginning) {
        if (beginning.length < 13 || (beginning[0] & 0xFF) >= 9 * 5 * 5) {
            return false;
        }
        ByteBuffer octets = ByteBuffer.wrap(beginning).order(ByteOrder.LITTLE_ENDIAN);
        long dictionary = Integer.toUnsignedLong(octets.getInt(1));
        long size = octets.getLong(5);
        // The size of the dictionary is a power of two, or one and a half times a power of two.
        boolean isRound =
                dictionary >= 1 << 12 && Long.bitCount(dictionary & ~(Long.highestOneBit(dictionary) >> 1)) == 1;
        return isRound && (size == -1 || size >>> 40 == 0);
    }

    private static boolean isMp4(byte[] beginning) {
        return isAt(beginning, 4, "ftyp".getBytes(StandardCharsets.US_ASCII));
    }

    private static boolean isAt(byte[] octets, int offset, byte[] sign) {
        return octets.length >= offset + sign.length
                && Arrays.equals(octets, offset, offset + sign.length, sign, 0, sign.length);
    }

    private static byte[] ascii(String text) {
        return text.getBytes(StandardCharsets.US_ASCII);
    }

    private static final byte[] CMS = HexFormat.of().parseHex("06092a864886f70d0107");
    private static final List<byte[]> SIGNS = List.of(
            ascii("PK\u0003\u0004"),
            ascii("PK\u0005\u0006"),
            ascii("%PDF"),
            ascii("Rar!"),
            ascii("GIF8"),
            ascii("RIFF"),
            ascii("OggS"),
            ascii("fLaC"),
            ascii("LZIP"),
            HexFormat.of().parseHex("894c5a4f"),
            HexFormat.of().parseHex("425a68" + "39314159"),
            HexFormat.of().parseHex("fd377a585a00"),
            HexFormat.of().parseHex("28b52ffd"),
            HexFormat.of().parseHex("04224d18"),
            HexFormat.of().parseHex("377abcaf271c"),
            HexFormat.of().parseHex("89504e47"),
            HexFormat.of().parseHex("ffd8ffe0"),
            HexFormat.of().parseHex("ffd8ffe1"),
            HexFormat.of().parseHex("ffd8ffdb"),
            HexFormat.of().parseHex("d0cf11e0"),
            HexFormat.of().parseHex("4d534346"));
}
