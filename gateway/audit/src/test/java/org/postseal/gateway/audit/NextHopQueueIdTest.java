package org.postseal.gateway.audit;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
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
                "250 2.6.0 <1@a> [InternalId=12345678901, Hostname=mx.a.example] 9 bytes Queued mail for delivery|12345678901",
                "250 OK id=1tFabc-000000001Qz-0abc|1tFabc-000000001Qz-0abc",
                "250 2.0.0 Ok|none",
                "550 5.7.1 not queued as 4dKx1q2zPz|none",
                "250 queued as <script>|none"
            })
    void whatAReplySaysOfIt(String reply, String id) {
        assertThat(NextHopQueueId.in(reply)).isEqualTo(Optional.ofNullable(id));
    }

    @Test
    void theRecordIsFoundByIt() {
        AuditLine line = AuditLine.read(new String(
                        AuditFormat.line(Records.done(
                                Instant.EPOCH, "Q1abcdef", "<1@a>", "ann@ours.example", "bob@b.example", "rest")),
                        java.nio.charset.StandardCharsets.UTF_8))
                .orElseThrow();
        assertThat(line.first("postseal.next_hop_queue_id")).contains("Q1abcdef");
        AuditLine other = AuditLine.read(
                        "{\"@timestamp\":\"2026-11-26T12:00:00Z\",\"event.action\":\"recipient-done\",\"postseal.queue_id\":\"Q1\","
                                + "\"postseal.next_hop_queue_id\":\"4dKx1q2zPz\",\"postseal.rejected\":[\"bob@b.example:"
                                + "ab".repeat(32) + ", files, expired\"]}")
                .orElseThrow();
        assertThat(AuditQuery.ofMessage("4dKx1q2zPz").fits(other)).isTrue();
        List<String> terms = new ArrayList<>();
        AuditTerms.of(other.fields(), (kind, value) -> terms.add(kind + " " + value));
        assertThat(terms).contains("id 4dKx1q2zPz");
        assertThat(AuditQuery.where()
                        .certificate(Optional.of("ab".repeat(32)))
                        .query()
                        .fits(other))
                .isTrue();
        assertThat(other.certificates()).isEqualTo(java.util.Set.copyOf(List.of("ab".repeat(32))));
    }
}
