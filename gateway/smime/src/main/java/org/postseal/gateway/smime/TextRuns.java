package org.postseal.gateway.smime;

/**
 * Finds runs of text in octets that pass: UTF-8 without control characters, and UTF-16 of alphabets in either order of
 * octets. Not thread-safe.
 *
 * <p>Its loop has no branches: over a ciphertext the processor would guess each of them wrong half of the time, which
 * made the loop several times as slow.
 */
final class TextRuns {
    /** Counts the octets of a UTF-8 character that are still to come. */
    private int pending;

    private int run;
    private int longest;

    /**
     * Counts how many octets in a row, at every second place, are small enough for the high half of a UTF-16 character.
     * {@code pairs} counts them at the places that the next octet continues, and {@code otherPairs} at the places
     * between.
     */
    private int pairs;

    private int otherPairs;
    private int longestPairs;

    void add(byte[] octets, int offset, int length) {
        int state = pending;
        int text = run;
        int most = longest;
        int mine = pairs;
        int others = otherPairs;
        int mostPairs = longestPairs;
        for (int i = offset; i < offset + length; i++) {
            int octet = octets[i] & 0xFF;
            int step = STEPS[state << 8 | octet];
            state = step & STATE;
            text = (text & -(step >> KEEPS & 1)) + (step >> ADDS & 1);
            most = Math.max(most, text);
            int small = (octet - SMALL) >>> 31;
            int now = (mine + small) & -small;
            mostPairs = Math.max(mostPairs, now);
            mine = others;
            others = now;
        }
        pending = state;
        run = text;
        longest = most;
        pairs = mine;
        otherPairs = others;
        longestPairs = mostPairs;
    }

    /** Returns true for a long run, or for {@code size} octets that are one run from the first to the last. */
    boolean isText(long size) {
        return longest >= UTF_8_OCTETS
                || longestPairs >= UTF_16_CHARACTERS
                || (size > 0 && (longest == size || (size >= 16 && longestPairs >= size / 2)));
    }

    /** Returns true if one run of UTF-8 is all of {@code size} octets. */
    boolean isOnlyText(int size) {
        return longest == size;
    }

    /** Returns true for a short run that ends with the last octet. */
    boolean endsAsText() {
        return run >= UTF_8_AT_END || Math.max(pairs, otherPairs) >= UTF_16_AT_END;
    }

    /** Returns true if the octets begin with a short run. */
    static boolean beginsAsText(byte[] octets) {
        TextRuns runs = new TextRuns();
        runs.add(octets, 0, Math.min(octets.length, UTF_8_AT_END));
        return runs.endsAsText();
    }

    /**
     * Returns true for a run that shows that an encrypted key is none. A message has few keys, so a run that would come
     * by chance in a long ciphertext hardly comes by chance in one of them.
     */
    boolean isText() {
        return longest >= UTF_8_IN_KEYS || longestPairs >= UTF_16_IN_KEYS;
    }

    /**
     * Returns the table of the state machine. For each number of octets that a character still needs, and for each next
     * octet, it says how many octets are needed then, whether the run so far goes on, and whether the octet counts in
     * it.
     */
    private static byte[] steps() {
        byte[] steps = new byte[4 << 8];
        for (int state = 0; state < 4; state++) {
            for (int octet = 0; octet < 256; octet++) {
                boolean goesOn = state > 0 && octet >>> 6 == 0b10;
                int next = goesOn ? state - 1 : begun(octet);
                // A character that was broken off ends the run; the octet that comes now may begin another.
                boolean keeps = goesOn || (state == 0 && next >= 0);
                steps[state << 8 | octet] =
                        (byte) (Math.max(next, 0) | (keeps ? 1 << KEEPS : 0) | (next >= 0 ? 1 << ADDS : 0));
            }
        }
        return steps;
    }

    /**
     * Returns how many more octets follow in a character that begins with this one; the number is negative if no text
     * has this octet.
     */
    private static int begun(int octet) {
        if (octet < 0x80) {
            boolean isBlank = octet == '\t' || octet == '\n' || octet == '\r' || octet == '\f';
            return isBlank || (octet >= ' ' && octet < 0x7F) ? 0 : -1;
        }
        if (octet >= 0xC2 && octet < 0xE0) {
            return 1;
        }
        if (octet >>> 4 == 0xE) {
            return 2;
        }
        return octet >= 0xF0 && octet < 0xF5 ? 3 : -1;
    }

    private static final int STATE = 3;
    private static final int KEEPS = 2;
    private static final int ADDS = 3;
    private static final byte[] STEPS = steps();
    private static final int SMALL = 0x10;
    private static final int UTF_8_OCTETS = 48;
    private static final int UTF_16_CHARACTERS = 18;
    private static final int UTF_8_AT_END = 32;
    private static final int UTF_16_AT_END = 12;
    private static final int UTF_8_IN_KEYS = 40;
    private static final int UTF_16_IN_KEYS = 16;
}
