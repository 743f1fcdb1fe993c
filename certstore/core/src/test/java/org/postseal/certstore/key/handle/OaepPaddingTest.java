package org.postseal.certstore.key.handle;

import static org.assertj.core.api.Assertions.assertThat;

import java.security.MessageDigest;
import java.util.Arrays;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

/**
 * Reads blocks that were damaged before they were masked. Damage to a masked block would turn all of it into garbage,
 * so any single check would notice it.
 */
class OaepPaddingTest {
    private static final OaepPadding PADDING = new OaepPadding("SHA-256", "SHA-256", new byte[0]);

    @Test
    void aRightBlockIsRead() throws Exception {
        byte[] message = new byte[16];
        assertThat(PADDING.read(block(-1, 0), message)).isZero();
        assertThat(message).isEqualTo(message());
    }

    @ParameterizedTest(name = "{0}")
    @CsvSource({
        "first octet of the label digest, 0, 1",
        "last octet of the label digest, 31, 128",
        "first zero, 32, 1",
        "a zero in the middle, 100, 2",
        "last zero, 205, 1",
        "a zero that is another separator, 120, 1",
        "separator 0, 206, 1",
        "separator 3, 206, 2"
    })
    void eachWrongOctetIsSeen(String what, int at, int change) throws Exception {
        assertThat(PADDING.read(block(at, change), new byte[16])).isPositive();
    }

    @Test
    void theFirstOctetIsZero() throws Exception {
        byte[] block = block(-1, 0);
        block[0] = 1;
        assertThat(PADDING.read(block, new byte[16])).isPositive();
    }

    @Test
    void theKeyThatWasNotTakenIsWiped() {
        byte[] right = message();
        assertThat(ConstantTime.select(0, right, new byte[16])).isEqualTo(message());
        assertThat(right).isEqualTo(new byte[16]);
        assertThat(ConstantTime.select(1, message(), new byte[16])).isEqualTo(new byte[16]);
        assertThat(ConstantTime.select(Integer.MAX_VALUE, message(), new byte[16]))
                .isEqualTo(new byte[16]);
    }

    // Makes the block of RFC 8017 §7.1.1 (lHash, zeros, 01, message), damages one octet, and then masks it.
    private static byte[] block(int damagedAt, int change) throws Exception {
        byte[] data = new byte[256 - 33];
        System.arraycopy(MessageDigest.getInstance("SHA-256").digest(), 0, data, 0, 32);
        data[data.length - 17] = 1;
        System.arraycopy(message(), 0, data, data.length - 16, 16);
        if (damagedAt >= 0) {
            data[damagedAt] ^= (byte) change;
        }
        byte[] seed = new byte[32];
        Arrays.fill(seed, (byte) 9);
        mask(data, seed);
        mask(seed, data);
        return org.bouncycastle.util.Arrays.concatenate(new byte[1], seed, data);
    }

    private static void mask(byte[] target, byte[] seed) throws Exception {
        MessageDigest digest = MessageDigest.getInstance("SHA-256");
        for (int i = 0; i < target.length; i++) {
            digest.update(seed);
            byte[] mask = digest.digest(new byte[] {0, 0, 0, (byte) (i / 32)});
            target[i] ^= mask[i % 32];
        }
    }

    private static byte[] message() {
        byte[] message = new byte[16];
        Arrays.fill(message, (byte) 0xA5);
        return message;
    }
}
