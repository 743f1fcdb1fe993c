package org.postseal.gateway.smtp;

import java.io.ByteArrayOutputStream;
import java.util.HexFormat;
import java.util.Optional;
import java.util.function.IntPredicate;

/** Decodes the {@code xtext} encoding of parameter values (RFC 3461 §4). */
public final class Xtext {
    private Xtext() {}

    /**
     * Returns the octets that the text stands for. The result is empty if it is not xtext: if it has a character
     * outside 33 to 126, a bare {@code =}, or a {@code +} without two upper-case hex digits.
     */
    public static Optional<byte[]> decode(String text) {
        ByteArrayOutputStream octets = new ByteArrayOutputStream(text.length());
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            if (c < 33 || c > 126 || c == '=') {
                return Optional.empty();
            }
            if (c != '+') {
                octets.write(c);
            } else if (i + 2 < text.length() && isUpperHex(text.charAt(i + 1)) && isUpperHex(text.charAt(i + 2))) {
                octets.write(HexFormat.fromHexDigits(text, i + 1, i + 3));
                i += 2;
            } else {
                return Optional.empty();
            }
        }
        return Optional.of(octets.toByteArray());
    }

    /** Returns true if the text decodes to printable ASCII and blanks only, as ENVID must (RFC 3461 §4.4). */
    static boolean isPrintable(String text) {
        return decode(text)
                .filter(octets -> allMatch(octets, octet -> octet >= 0x20 && octet < 0x7F))
                .isPresent();
    }

    /**
     * Returns true if the text decodes to text without control characters. Octets over 127 are those of UTF-8, which no
     * standard has here, but Postfix sends them.
     */
    static boolean isText(String text) {
        return decode(text)
                .filter(octets -> allMatch(octets, octet -> octet >= 0x20 && octet != 0x7F))
                .isPresent();
    }

    private static boolean allMatch(byte[] octets, IntPredicate fact) {
        for (byte octet : octets) {
            if (!fact.test(octet & 0xFF)) {
                return false;
            }
        }
        return true;
    }

    private static boolean isUpperHex(char c) {
        return (c >= '0' && c <= '9') || (c >= 'A' && c <= 'F');
    }
}
