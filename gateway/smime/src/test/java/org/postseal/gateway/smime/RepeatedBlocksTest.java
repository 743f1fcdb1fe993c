package org.postseal.gateway.smime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Arrays;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class RepeatedBlocksTest {
    /** Each row has the length of a block, the number of blocks, and the first and number of those that are copied. */
    @ParameterizedTest
    @CsvSource({
        "16, 300000, 0, 0, false",
        "8, 300000, 0, 0, false",
        "16, 300000, 250000, 500, true",
        "8, 300000, 10, 500, true",
        "16, 600, 50, 500, true",
        "16, 600, 50, 1, true",
        "16, 600, 599, 1, true",
        "16, 300000, 100, 1, true",
        "8, 100000, 99999, 1, true"
    })
    void aCopyIsFound(int length, int number, int first, int copied, boolean isRepeated) {
        byte[] octets = new byte[length * number];
        new Random(20261130).nextBytes(octets);
        byte[] spliced = Arrays.copyOf(octets, octets.length + length * copied);
        System.arraycopy(octets, length * first, spliced, octets.length, length * copied);
        RepeatedBlocks blocks = new RepeatedBlocks(length);

        for (int at = 0; at < spliced.length; at += ContentCipher.CHUNK) {
            byte[] chunk = Arrays.copyOfRange(spliced, at, at + ContentCipher.CHUNK);
            blocks.take(chunk, Math.min(ContentCipher.CHUNK, spliced.length - at));
        }

        assertThat(blocks.isRepeated()).isEqualTo(isRepeated);
    }
}
