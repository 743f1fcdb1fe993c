package org.postseal.gateway.audit.search;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Arrays;
import java.util.Locale;

/**
 * Looks for an ASCII text in octets, in upper or lower case, by Horspool's algorithm with pairs: the text is laid at a
 * place, and moved on as far as the two octets under its end allow. So a file without it is searched by looking at
 * hardly more than two octets for each length of the text. One octet would not do: the last octet of most addresses and
 * Message-IDs is a letter that occurs everywhere. Immutable.
 */
final class Needle {
    private final byte[] lower;
    /**
     * By the two octets under the end: how far it is to the next place where the text can stand; 0 if it may stand
     * here.
     */
    private final int[] steps = new int[PAIRS];
    /** How far it is to the next place after a comparison that failed. */
    private int onward;

    private Needle(byte[] lower) {
        this.lower = lower;
        this.onward = Math.max(1, lower.length - 1);
        Arrays.fill(steps, onward);
        for (int i = 0; i + 1 < lower.length; i++) {
            int pair = pair(lower[i], lower[i + 1]);
            int step = lower.length - 2 - i;
            if (step == 0) {
                onward = steps[pair];
            }
            // Pairs may share a number: the later one has the shorter step, which counts.
            steps[pair] = step;
        }
    }

    static Needle of(String text) {
        return new Needle(text.toLowerCase(Locale.ROOT).getBytes(US_ASCII));
    }

    /** Returns true if the text stands between these places. */
    boolean isIn(byte[] octets, int from, int to) {
        if (lower.length < 2) {
            return lower.length == 0 || hasOne(octets, from, to);
        }
        int last = lower.length - 1;
        int end = from + last;
        while (end < to) {
            int step = steps[pair(octets[end - 1], octets[end])];
            if (step == 0) {
                if (isAt(octets, end - last)) {
                    return true;
                }
                step = onward;
            }
            end += step;
        }
        return false;
    }

    private boolean hasOne(byte[] octets, int from, int to) {
        for (int i = from; i < to; i++) {
            if (isAt(octets, i)) {
                return true;
            }
        }
        return false;
    }

    private boolean isAt(byte[] octets, int at) {
        for (int i = 0; i < lower.length; i++) {
            if (lower(octets[at + i]) != lower[i]) {
                return false;
            }
        }
        return true;
    }

    /** Returns a number for two octets. Letters have the same in upper and lower case. */
    private static int pair(byte one, byte other) {
        return (one & 31) << 5 | (other & 31);
    }

    private static byte lower(byte octet) {
        return octet >= 'A' && octet <= 'Z' ? (byte) (octet + ('a' - 'A')) : octet;
    }

    private static final int PAIRS = 1 << 10;
}
