package org.postseal.gateway.smtp.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

class PaceTest {
    private static final Pace PACE = new Pace(500, Duration.ofMinutes(3));

    @ParameterizedTest
    @CsvSource({
        "0, PT3M, false",
        "16384, PT2M59S, false",
        "90000, PT3M0.001S, true",
        "90001, PT3M0.001S, false",
        // There is one block every 179 seconds.
        "32768, PT5M58S, true",
        "52428800, PT29H, false",
        "52428800, PT30H, true"
    })
    void afterAWhileTheAverageCounts(long octets, Duration elapsed, boolean isTooSlow) {
        assertThat(PACE.isTooSlow(octets, elapsed)).isEqualTo(isTooSlow);
    }
}
