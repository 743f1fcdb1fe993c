package org.postseal.policy.header;

import java.io.ByteArrayOutputStream;

/**
 * Decodes malformed base64 as mail programs do: the padding may be missing, too long or in the middle, and other
 * characters may be in between.
 */
final class Base64Octets {
    private Base64Octets() {}

    /** The ways in which programs treat characters that do not belong there. */
    enum Reading {
        /** It skips other characters and ends at the first padding. */
        ENDS_AT_PADDING,
        /** It skips padding like other characters. */
        SKIPS_PADDING,
        /** It starts a new base64 text after padding. */
        STARTS_AGAIN,
        /** It ends at the first other character. */
        ENDS_AT_OTHERS,
        /** It takes {@code -} and {@code _} for {@code +} and {@code /} (RFC 4648 §5). */
        OF_ADDRESSES
    }

    static byte[] decode(String text, Reading reading) {
        ByteArrayOutputStream octets = new ByteArrayOutputStream(text.length());
        int buffer = 0;
        int bits = 0;
        for (int i = 0; i < text.length(); i++) {
            char c = text.charAt(i);
            boolean isOfAddresses = reading == Reading.OF_ADDRESSES && (c == '-' || c == '_');
            int value = isOfAddresses ? (c == '-' ? 62 : 63) : value(c);
            if (value >= 0) {
                buffer = ((buffer << 6) | value) & 0xFFFF;
                bits += 6;
                if (bits >= 8) {
                    bits -= 8;
                    octets.write(buffer >>> bits);
                }
            } else if (c != '=' ? reading == Reading.ENDS_AT_OTHERS : ends(reading)) {
                break;
            } else if (c == '=' && reading == Reading.STARTS_AGAIN) {
                bits = 0;
            }
        }
        return octets.toByteArray();
    }

    /** Returns true if every program reads the same: whole groups of four, padded at the end only. */
    static boolean isRegular(String text) {
        int end = text.length();
        while (end > 0 && text.length() - end < 2 && text.charAt(end - 1) == '=') {
            end--;
        }
        for (int i = 0; i < end; i++) {
            if (value(text.charAt(i)) < 0) {
                return false;
            }
        }
        return text.length() % 4 == 0;
    }

    static int value(char c) {
        if (c >= 'A' && c <= 'Z') {
            return c - 'A';
        }
        if (c >= 'a' && c <= 'z') {
            return c - 'a' + 26;
        }
        if (c >= '0' && c <= '9') {
            return c - '0' + 52;
        }
        return c == '+' ? 62 : c == '/' ? 63 : -1;
    }

    private static boolean ends(Reading reading) {
        return reading != Reading.SKIPS_PADDING && reading != Reading.STARTS_AGAIN;
    }
}
