package org.postseal.certstore.key.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.security.KeyPairGenerator;
import java.security.interfaces.RSAPrivateCrtKey;
import java.security.spec.RSAKeyGenParameterSpec;
import java.util.HashSet;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.postseal.certstore.key.batch.BlindedKey.Blinded;

class BlindedKeyTest {
    private static final TestKey KEY = TestKey.generate(2048);

    /** There are more numbers than squares of one pair, so a new pair is drawn on the way. */
    @Test
    void hidesANumberInAnotherWayEachTime() {
        byte[] number = KEY.number(1);
        Set<BigInteger> seen = new HashSet<>(Set.of(new BigInteger(1, number)));
        for (int i = 0; i < 300; i++) {
            Blinded blinded = KEY.blinding().blinded(number);
            assertThat(seen.add(new BigInteger(1, blinded.hidden()))).isTrue();
            assertThat(KEY.blinding().shown(KEY.root(blinded.hidden()), blinded))
                    .isEqualTo(KEY.root(number));
        }
    }

    @Test
    void knowsItsRange() {
        BigInteger n = KEY.key().getModulus();
        assertThat(KEY.blinding().hasInRange(Modulus.octets(n.subtract(BigInteger.ONE), 256)))
                .isTrue();
        assertThat(KEY.blinding().hasInRange(Modulus.octets(n, 256))).isFalse();
        assertThat(KEY.blinding().hasInRange(new byte[255])).isFalse();
        assertThat(KEY.blinding().hasInRange(new byte[257])).isFalse();
    }

    @Test
    void leavesUnusualKeysAlone() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("RSA", "SunRsaSign");
        generator.initialize(2056);
        assertThat(BlindedKey.of((RSAPrivateCrtKey) generator.generateKeyPair().getPrivate()))
                .isEmpty();
        generator.initialize(new RSAKeyGenParameterSpec(2048, BigInteger.valueOf(3)));
        assertThat(BlindedKey.of((RSAPrivateCrtKey) generator.generateKeyPair().getPrivate()))
                .isEmpty();
    }
}
