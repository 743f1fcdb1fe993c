package org.postseal.gateway.smime;

/** Finds runs of text in octets that pass: UTF-8 without control characters, and UTF-16 of alphabets in either order of octets. Not thread-safe. */
final class TextRuns {
    private int utf8;
    private int longestUtf8;
    /** Octets of a UTF-8 character that are still to come. */
    private int pending;

    private boolean isInCharacter;

    /** Of pairs whose first octet is small, by whether it stands at an even place. */
    private final int[] pairs = new int[2];

    private int longestPairs;
    private long position;

    void add(byte[] octets, int offset, int length) {
        for (int i = offset; i < offset + length; i++) {
            int octet = octets[i] & 0xFF;
            addUtf8(octet);
            int parity = (int) (position++ & 1);
            pairs[parity] = octet < 0x10 ? pairs[parity] + 1 : 0;
            longestPairs = Math.max(longestPairs, pairs[parity]);
        }
    }

    /** True for a long run, or for {@code size} octets that are one run from the first to the last. */
    boolean isText(long size) {
        return longestUtf8() >= UTF_8_OCTETS
                || longestPairs >= UTF_16_CHARACTERS
                || (size > 0 && (longestUtf8() == size || (size >= 16 && longestPairs >= size / 2)));
    }

    /** The same for keys, of which there are few: shorter runs will do. */
    boolean isText() {
        return longestUtf8() >= UTF_8_IN_KEYS || longestPairs >= UTF_16_IN_KEYS;
    }

    private int longestUtf8() {
        return Math.max(longestUtf8, utf8);
    }

    private void addUtf8(int octet) {
        if (pending > 0 && octet >>> 6 == 0b10) {
            pending--;
            utf8++;
        } else {
            boolean isPrintable = octet >= ' ' && octet < 0x7F;
            boolean isBlank = octet == '\t' || octet == '\n' || octet == '\r' || octet == '\f';
            pending = octet >= 0xC2 && octet < 0xE0 ? 1 : octet >>> 4 == 0xE ? 2 : octet >= 0xF0 && octet < 0xF5 ? 3 : 0;
            // a character that was broken off ends the run; what comes now may begin another
            boolean isBroken = isInCharacter;
            utf8 = isPrintable || isBlank || pending > 0 ? (isBroken ? 1 : utf8 + 1) : 0;
        }
        isInCharacter = pending > 0;
        if (!isInCharacter) {
            longestUtf8 = Math.max(longestUtf8, utf8);
        }
    }

    private static final int UTF_8_OCTETS = 64;
    private static final int UTF_16_CHARACTERS = 24;
    private static final int UTF_8_IN_KEYS = 40;
    private static final int UTF_16_IN_KEYS = 16;
}
