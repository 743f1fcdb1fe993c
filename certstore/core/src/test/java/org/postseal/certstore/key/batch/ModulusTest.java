package org.postseal.certstore.key.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.List;
import java.util.Random;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;

class ModulusTest {
    @ParameterizedTest
    @ValueSource(ints = {2048, 3072, 4096})
    void multipliesAsBigIntegerDoes(int bits) {
        Random random = new Random(bits);
        BigInteger longest = BigInteger.ONE.shiftLeft(bits).subtract(BigInteger.ONE);
        BigInteger shortest = BigInteger.ONE.shiftLeft(bits - 1).add(BigInteger.ONE);
        List<BigInteger> moduli = List.of(
                longest, shortest, new BigInteger(bits, random).setBit(bits - 1).setBit(0));
        for (BigInteger n : moduli) {
            Modulus modulus = new Modulus(n);
            List<BigInteger> numbers = List.of(
                    BigInteger.ZERO,
                    BigInteger.ONE,
                    BigInteger.TWO,
                    n.subtract(BigInteger.ONE),
                    new BigInteger(bits - 64, random),
                    new BigInteger(bits + 64, random).mod(n));
            for (BigInteger one : numbers) {
                for (BigInteger other : numbers) {
                    long[] factor = modulus.factor(other);
                    byte[] octets = Modulus.octets(one, bits / 8);
                    assertThat(modulus.times(octets, factor))
                            .isEqualTo(Modulus.octets(one.multiply(other).mod(n), bits / 8));
                    assertThat(modulus.times(octets, modulus.squared(modulus.squared(factor))))
                            .isEqualTo(Modulus.octets(one.multiply(other.pow(4)).mod(n), bits / 8));
                }
            }
        }
    }
}
