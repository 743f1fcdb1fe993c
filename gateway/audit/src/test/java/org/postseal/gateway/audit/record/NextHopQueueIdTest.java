package org.postseal.gateway.audit.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;

final class NextHopQueueIdTest {
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            quoteCharacter = '"',
            nullValues = "none",
            value = {
                "250 2.0.0 Ok: queued as 4dKx1q2zPz|4dKx1q2zPz",
                "250 2.0.0 Ok: queued as 7A3C12FF0E|7A3C12FF0E",
                "250 2.6.0 <1@a> [InternalId=12345678901, Hostname=mx.a.example]"
                        + " 9 bytes Queued mail for delivery|12345678901",
                "250 OK id=1tFabc-000000001Qz-0abc|1tFabc-000000001Qz-0abc",
                "250 2.0.0 Ok|none",
                "550 5.7.1 not queued as 4dKx1q2zPz|none",
                "250 queued as <script>|none"
            })
    void whatAReplySaysOfIt(String reply, String id) {
        assertThat(NextHopQueueId.in(reply)).isEqualTo(Optional.ofNullable(id));
    }
}
