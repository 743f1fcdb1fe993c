package org.postseal.certstore.key;

import java.util.Arrays;

/** Choices without branches. */
final class ConstantTime {
    private ConstantTime() {}

    /** 1 for a zero octet, 0 for any other. */
    static int isZero(byte octet) {
        return ((octet & 0xFF) - 1) >>> 31;
    }

    /** {@code right} when {@code wrong} is 0, {@code substitute} when it is any other number from 0 to 2^31 - 1; {@code right} is wiped. */
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
