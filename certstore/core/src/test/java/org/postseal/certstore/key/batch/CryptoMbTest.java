package org.postseal.certstore.key.batch;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.math.BigInteger;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
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
            assertThat(RsaBatches.look(true, Path.of("no-mark"))).startsWith("off, ");
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

    /** A call would end the process on another processor. */
    @Test
    void knowsTheProcessorsThatCanRunIt(@TempDir Path folder) throws IOException {
        Path description = folder.resolve("cpuinfo");
        assertThat(CryptoMb.unfitProcessor(description))
                .hasValueSatisfying(why -> assertThat(why).startsWith("the processor is not known: "));
        Path _ = Files.writeString(description, "flags\t\t: fpu avx512f avx512dq avx512bw\n");
        assertThat(CryptoMb.unfitProcessor(description)).contains("the processor has no AVX-512 IFMA");
        Path _ = Files.writeString(description, "flags\t\t: fpu avx512f avx512dq avx512ifma avx512bw\n");
        assertThat(CryptoMb.unfitProcessor(description)).isEmpty();
    }

    private static Crt exchanged(Crt key) {
        BigInteger inverse = key.p().modInverse(key.q());
        return new Crt(key.q(), key.p(), key.dQ(), key.dP(), inverse);
    }
}
