package org.postseal.gateway.smime;

import java.nio.ByteBuffer;
import java.security.SecureRandom;

/**
 * Finds out whether somebody has copied a part of a ciphertext in CBC to another place of it: a block then occurs
 * twice, which no cipher does by itself. An attacker who knows much of the text can choose from where they jump back,
 * so that the one block that becomes random octets tells them whether they have guessed another one. What a signature
 * covers must stay in its place, so a copy of a block is all that they can use of it.
 *
 * <p>Every block of the first megabyte is remembered, and one in sixteen behind it, so that the memory for them stays
 * small. It is used for one ciphertext.
 */
final class RepeatedBlocks {
    private final int blockLength;
    private long[] seen = new long[1 << 10];
    private int count;
    private long octetsTaken;
    private boolean isRepeated;

    RepeatedBlocks(int blockLength) {
        this.blockLength = blockLength;
    }

    /** Takes the next octets, which are whole blocks. */
    void take(byte[] octets, int length) {
        ByteBuffer blocks = ByteBuffer.wrap(octets);
        for (int at = 0; at + blockLength <= length && !isRepeated; at += blockLength) {
            long block = mixed(blocks.getLong(at));
            if (block != 0) {
                boolean isRemembered = octetsTaken + at < ALL || (block & 0xF) == 0;
                isRepeated = isRemembered ? !add(block) : seen[place(block)] != 0;
            }
        }
        octetsTaken += length;
    }

    /** Returns true if a block has occurred twice. */
    boolean isRepeated() {
        return isRepeated;
    }

    private boolean add(long block) {
        if (2 * count >= seen.length) {
            long[] before = seen;
            seen = new long[2 * before.length];
            count = 0;
            for (long each : before) {
                if (each != 0) {
                    put(each);
                }
            }
        }
        return put(block);
    }

    private boolean put(long block) {
        int place = place(block);
        boolean isNew = seen[place] == 0;
        seen[place] = block;
        count += isNew ? 1 : 0;
        return isNew;
    }

    /**
     * Returns another number for each block. Whoever writes a ciphertext could put all of its blocks into one place, if
     * they knew where each one goes.
     */
    private static long mixed(long block) {
        long half = block * MIXERS[0];
        long crossed = (half ^ (half >>> 32)) * MIXERS[1];
        return crossed ^ (crossed >>> 32);
    }

    /** Returns the place of a block, or the free one that it would have. */
    private int place(long block) {
        int place = (int) (block >>> 32) & (seen.length - 1);
        while (seen[place] != 0 && seen[place] != block) {
            place = (place + 1) & (seen.length - 1);
        }
        return place;
    }

    private static final int ALL = 1 << 20;
    private static final long[] MIXERS =
            new SecureRandom().longs(2).map(odd -> odd | 1).toArray();
}
