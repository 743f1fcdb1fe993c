package org.postseal.certstore.key.handle;

import java.util.Arrays;

/** Makes choices without branches. */
final class ConstantTime {
    private ConstantTime() {}

    /** Returns 1 for a zero octet and 0 for any other. */
    static int isZero(byte octet) {
        return ((octet & 0xFF) - 1) >>> 31;
    }

    /**
     * Returns {@code right} if {@code wrong} is 0, and {@code substitute} if it is any number from 1 to 2^31 - 1. The
     * array {@code right} is wiped.
     */
    static byte[] select(int wrong, byte[] right, byte[] substitute) {
        int mask = (wrong - 1) >> 31;
        byte[] chosen = new byte[right.length];
        for (int i = 0; i < chosen.length; i++) {
            chosen[i] = (byte) ((right[i] & mask) | (substitute[i] & ~mask));
        }
        Arrays.fill(right, (byte) 0);
        return chosen;
    }
}
