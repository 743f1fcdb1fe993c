package org.postseal.gateway.audit;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.util.Arrays;
import java.util.Locale;

/**
 * A text of ASCII looked for in octets, in upper or lower case, by Horspool's way: it is laid at a place and compared from its end, and then moved on by as much as the octet under its end allows. So
 * of a file that does not have it only one octet in its length is looked at. Immutable.
 */
final class Needle {
    private final byte[] lower;
    /** By the octet under the end: how far to the next place where it can stand. */
    private final int[] steps = new int[256];

    private Needle(byte[] lower) {
        this.lower = lower;
        Arrays.fill(steps, Math.max(1, lower.length));
        for (int i = 0; i < lower.length - 1; i++) {
            steps[lower[i] & 0xFF] = lower.length - 1 - i;
            steps[Character.toUpperCase((char) (lower[i] & 0xFF)) & 0xFF] = lower.length - 1 - i;
        }
    }

    /** Of ASCII. */
    static Needle of(String text) {
        return new Needle(text.toLowerCase(Locale.ROOT).getBytes(US_ASCII));
    }

    /** Whether it stands between these places. */
    boolean isIn(byte[] octets, int from, int to) {
        if (lower.length == 0) {
            return true;
        }
        int last = lower.length - 1;
        for (int end = from + last; end < to; end += steps[octets[end] & 0xFF]) {
            if (lower(octets[end]) == lower[last] && isAt(octets, end - last)) {
                return true;
            }
        }
        return false;
    }

    private boolean isAt(byte[] octets, int at) {
        for (int i = 0; i < lower.length - 1; i++) {
            if (lower(octets[at + i]) != lower[i]) {
                return false;
            }
        }
        return true;
    }

    private static byte lower(byte octet) {
        return octet >= 'A' && octet <= 'Z' ? (byte) (octet + ('a' - 'A')) : octet;
    }
}
