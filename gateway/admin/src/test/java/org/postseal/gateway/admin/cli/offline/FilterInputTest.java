package org.postseal.gateway.admin.cli.offline;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postseal.gateway.config.GatewayConfig.BareLineEnds;
import org.postseal.gateway.config.GatewayConfig.MessageLimits;
import org.postseal.gateway.mail.Spool;
import org.postseal.policy.outcome.Reason;

/** In the tables L is LF, R is CR and 0 is NUL. */
final class FilterInputTest {
    @ParameterizedTest
    @CsvSource({
        "'', ''",
        "a, aRL",
        "aL, aRL",
        "aRL, aRL",
        "aLL, aRLRL",
        "LaL, RLaRL",
        "aRLbL, aRLbRL",
        ".L, .RL",
        "aL.L, aRL.RL"
    })
    void everyLineEndsInCrLf(String input, String expected) throws IOException {
        assertThat(octets(read(input, BareLineEnds.REJECT, 0))).isEqualTo(expected);
        assertThat(octets(read(input, BareLineEnds.NORMALISE, 0))).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"aRb, aRLbRL", "aR, aRL", "aRRL, aRLRL", "a0b, a bRL"})
    void bareCrAndNulAreRefusedOrNormalised(String input, String expected) throws IOException {
        assertThat(read(input, BareLineEnds.REJECT, 0)).isEqualTo(new FilterInput.Refused(Reason.BARE_LINE_END));
        assertThat(octets(read(input, BareLineEnds.NORMALISE, 0))).isEqualTo(expected);
    }

    @ParameterizedTest
    @CsvSource({"4, true", "5, false"})
    void aLineOverTheLimitIsRefused(int limit, boolean isRefused) throws IOException {
        FilterInput input = read("aLabcLbL", BareLineEnds.REJECT, limit);
        assertThat(input instanceof FilterInput.Refused(Reason reason) && reason == Reason.LINE_TOO_LONG)
                .isEqualTo(isRefused);
    }

    private static FilterInput read(String text, BareLineEnds bareLineEnds, int lineOctets) throws IOException {
        byte[] octets =
                text.replace('L', '\n').replace('R', '\r').replace('0', '\0').getBytes(StandardCharsets.US_ASCII);
        try (Spool.Scope scope = new Spool.Factory().open()) {
            MessageLimits limits = new MessageLimits(1000, lineOctets, bareLineEnds);
            return FilterInput.read(new ByteArrayInputStream(octets), limits, scope);
        }
    }

    private static String octets(FilterInput input) throws IOException {
        assertThat(input).isInstanceOf(FilterInput.Taken.class);
        byte[] octets = ((FilterInput.Taken) input).message().toByteArray();
        return new String(octets, StandardCharsets.US_ASCII)
                .replace('\n', 'L')
                .replace('\r', 'R')
                .replace('\0', '0');
    }
}
