package org.postseal.gateway.road.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.within;

import java.util.Arrays;
import org.junit.jupiter.api.Test;

/** Computes Welch's t of two samples, and checks the computation. */
class WelchTest {
    static double t(double[] one, double[] other) {
        double spread = variance(one) / one.length + variance(other) / other.length;
        return (mean(one) - mean(other)) / Math.sqrt(spread);
    }

    @Test
    void isWhatTheDefinitionSays() {
        // The means are 2 and 4, and the variances 1 and 4: (2 - 4) / sqrt(1/3 + 4/3).
        assertThat(t(new double[] {1, 2, 3}, new double[] {2, 4, 6})).isCloseTo(-1.549, within(0.001));
    }

    private static double mean(double[] sample) {
        return Arrays.stream(sample).average().orElseThrow();
    }

    private static double variance(double[] sample) {
        double mean = mean(sample);
        return Arrays.stream(sample).map(each -> (each - mean) * (each - mean)).sum() / (sample.length - 1);
    }
}
