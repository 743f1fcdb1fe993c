package org.postseal.gateway.audit.search;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.junit.jupiter.api.Test;
import org.postseal.gateway.audit.Records;
import org.postseal.gateway.audit.record.AuditFormat;
import org.postseal.gateway.audit.record.AuditLine;

class AuditTermsTest {
    @Test
    void aRecordIsFoundByTheQueueIdOfTheNextHop() {
        AuditLine line = AuditLine.read(new String(
                        AuditFormat.lines(
                                        List.of(Records.done(
                                                Instant.EPOCH,
                                                "Q1abcdef",
                                                "<1@a>",
                                                "ann@ours.example",
                                                "bob@b.example",
                                                "rest")),
                                        Optional.empty())
                                .getFirst(),
                        UTF_8))
                .orElseThrow();
        assertThat(line.first("postseal.next_hop_queue_id")).contains("Q1abcdef");
        AuditLine other = AuditLine.read("{\"@timestamp\":\"2026-11-26T12:00:00Z\",\"event.action\":\"recipient-done\","
                        + "\"postseal.queue_id\":\"Q1\",\"postseal.next_hop_queue_id\":\"4dKx1q2zPz\","
                        + "\"postseal.rejected\":[\"bob@b.example:"
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
        assertThat(other.certificates()).isEqualTo(Set.copyOf(List.of("ab".repeat(32))));
    }
}
