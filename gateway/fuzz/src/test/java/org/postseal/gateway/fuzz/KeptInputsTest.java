package org.postseal.gateway.fuzz;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;

/**
 * Gives each target the inputs that it makes itself, those that were kept, and other people's samples, without a
 * fuzzer. The name of an input begins with the word for what becomes of it, so that no claim holds only because nothing
 * was reached.
 */
@Tag("thorough")
@Timeout(value = 60, unit = TimeUnit.SECONDS)
class KeptInputsTest {
    @ParameterizedTest
    @EnumSource
    void whatATargetMakesReachesWhatItsNameSays(Targets target) throws Exception {
        Target made = target.make();
        Map<String, byte[]> inputs = made.made();
        assertThat(inputs).isNotEmpty();
        takeAll(made, inputs);
    }

    @ParameterizedTest
    @EnumSource
    void whatWasKeptDoesStill(Targets target) throws Exception {
        takeAll(target.make(), Inputs.kept(target));
    }

    @ParameterizedTest
    @EnumSource
    void samplesOfOthersKeepTheClaims(Targets target) throws Exception {
        String corpora = System.getenv("POSTSEAL_CORPORA");
        if (corpora == null) {
            assertThat(System.getenv("CI"))
                    .as("POSTSEAL_CORPORA must be set in CI")
                    .isNull();
            Assumptions.abort("POSTSEAL_CORPORA is not set");
            return;
        }
        Target taking = target.make();
        Map<String, byte[]> samples = Inputs.samples(taking, Path.of(corpora));
        assertThat(samples.isEmpty()).isEqualTo(taking.samples().isEmpty());
        for (Map.Entry<String, byte[]> sample : samples.entrySet()) {
            assertThat(taking.take(sample.getValue())).as(sample.getKey()).isNotEmpty();
        }
    }

    private static void takeAll(Target target, Map<String, byte[]> inputs) throws Exception {
        for (Map.Entry<String, byte[]> input : inputs.entrySet()) {
            String word = target.take(input.getValue());
            assertThat(input.getKey()).as("an input that is " + word).matches(word + "(-.*)?");
        }
    }
}
