package org.postseal.gateway.smime;

import java.nio.ByteBuffer;

/**
 * Finds out whether somebody has copied a part of a ciphertext in CBC to another place of it: a block then occurs
 * twice, which no cipher does by itself. An attacker who knows much of the text can choose from where they jump back,
 * so that the one block that becomes random octets tells them whether they have guessed another one. One block in
 * sixteen is remembered; a copy of fewer blocks may pass, and leaves them few places to choose from. It is used for one
 * ciphertext.
 */
final class RepeatedBlocks {
    private final int blockLength;
    private long[] seen = new long[1 << 10];
    private int count;
    private boolean isRepeated;

    RepeatedBlocks(int blockLength) {
        this.blockLength = blockLength;
    }

    /** Takes the next octets, which are whole blocks. */
    void take(byte[] octets, int length) {
        ByteBuffer blocks = ByteBuffer.wrap(octets);
        for (int at = 0; at + blockLength <= length; at += blockLength) {
            long block = blocks.getLong(at);
            if ((block & 0xF) == 0 && block != 0) {
                isRepeated |= !add(block);
            }
        }
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

    // The octets of a ciphertext are as good as random, so they need no hash.
    private boolean put(long block) {
        int place = (int) (block >>> 32) & (seen.length - 1);
        while (seen[place] != 0 && seen[place] != block) {
            place = (place + 1) & (seen.length - 1);
        }
        boolean isNew = seen[place] == 0;
        seen[place] = block;
        count += isNew ? 1 : 0;
        return isNew;
    }
}
