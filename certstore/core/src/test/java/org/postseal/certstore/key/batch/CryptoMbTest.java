package org.postseal.certstore.key.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.math.BigInteger;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postseal.certstore.key.batch.CryptoMb.Found;
import org.postseal.certstore.key.batch.Lanes.Crt;
import org.postseal.certstore.key.batch.Lanes.Power;
import org.postseal.certstore.key.batch.Lanes.Root;

/** Compares the library with {@code BigInteger}, where the library and the processor are there. */
class CryptoMbTest {
    @ParameterizedTest
    @CsvSource({"2048, 1", "2048, 3", "2048, 8", "3072, 5", "4096, 2"})
    void computesAsBigIntegerDoes(int bits, int number) {
        if (CryptoMb.unfitProcessor().isPresent() || !(CryptoMb.find() instanceof Found.Present(Lanes lanes))) {
            // RsaBatchesTest tests what is said instead.
            assertThat(RsaBatches.look(true, java.nio.file.Path.of("no-mark"))).startsWith("off, ");
            return;
        }
        List<Root> roots = new ArrayList<>();
        List<byte[]> expected = new ArrayList<>();
        List<TestKey> keys = List.of(TestKey.generate(bits), TestKey.generate(bits));
        for (int seed = 0; seed < number; seed++) {
            TestKey key = keys.get(seed % 2);
            byte[] asked = seed == 1 ? new byte[bits / 8] : key.number(seed);
            Crt crt = Crt.of(key.key());
            // The primes may stand in either order.
            roots.add(new Root(seed < 2 ? crt : exchanged(crt), asked));
            expected.add(key.root(asked));
        }
        List<byte[]> answers = lanes.root(bits, roots);
        assertThat(answers).containsExactlyElementsOf(expected);
        List<Power> powers = new ArrayList<>();
        for (int i = 0; i < number; i++) {
            powers.add(new Power(keys.get(i % 2).key().getModulus(), answers.get(i)));
        }
        assertThat(lanes.power(bits, powers))
                .containsExactlyElementsOf(roots.stream().map(Root::number).toList());
    }

    private static Crt exchanged(Crt key) {
        BigInteger inverse = key.p().modInverse(key.q());
        return new Crt(key.q(), key.p(), key.dQ(), key.dP(), inverse);
    }
}
