package org.postseal.gateway.app.metrics;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.postseal.gateway.audit.AuditEvent;
import org.postseal.gateway.audit.AuditLog;
import org.postseal.gateway.audit.Records;
import org.postseal.gateway.mail.QueueId;
import org.postseal.gateway.road.journal.Journal;
import org.postseal.gateway.road.journal.JournalEntry;
import org.postseal.gateway.road.journal.JournalException;
import org.postseal.gateway.road.journal.JournalKey;
import org.postseal.gateway.road.journal.Suspects;
import org.postseal.gateway.testkit.Exposition;

/** Tests what is counted of parts that work and of parts that fail. */
final class GatewayMetricsTest {
    private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");

    private final GatewayMetrics metrics = new GatewayMetrics();

    @Test
    void recipientsAreCountedByTheWordsOfTheirRecords() throws IOException {
        AuditLog log = metrics.metered(new Unrecorded());
        log.append(List.of(
                done("outbound", "deliver", Optional.empty(), Optional.of("250 2.0.0 ok"), "250 2.0.0 ok", List.of()),
                done("outbound", "deliver", Optional.empty(), Optional.of("250 2.0.0 ok"), "250 2.0.0 ok", List.of())));
        log.append(List.of(
                done("", "defer", Optional.of("STORE_UNAVAILABLE"), Optional.empty(), "451 4.7.5 later", List.of()),
                done("inbound", "reject", Optional.of("POLICY_REFUSED"), Optional.empty(), "550 5.7.1 no", List.of()),
                done("inbound", "deliver", Optional.empty(), Optional.of("250 ok"), "250 ok", List.of("sent_again")),
                new AuditEvent.NoticeSent(NOW, "q", "a@example.com", "sent"),
                new AuditEvent.DirectoryChanged(NOW, "root", "cert-pin", "address:a@example.com", List.of())));

        Exposition shown = shown();
        assertThat(shown.samples("postseal_recipients_total"))
                .isEqualTo(Map.of(
                        recipients("deliver", "outbound", "none", "accepted"), 2.0,
                        recipients("defer", "unknown", "STORE_UNAVAILABLE", "deferred"), 1.0,
                        recipients("reject", "inbound", "POLICY_REFUSED", "refused"), 1.0,
                        recipients("deliver", "inbound", "none", "accepted"), 1.0));
        assertThat(shown.value("postseal_journal_recipients_total{state=\"accepted\"}"))
                .isEqualTo(3);
        assertThat(shown.value("postseal_journal_recipients_total{state=\"sent_again\"}"))
                .isEqualTo(1);
        assertThat(shown.value("postseal_notices_total")).isEqualTo(1);
        assertThat(shown.value("postseal_directory_changes_total")).isEqualTo(1);
        assertThat(shown.value("postseal_audit_duration_seconds_count")).isEqualTo(2);
        assertThat(shown.value("postseal_audit_failures_total")).isZero();
    }

    @Test
    void whatIsNotOnRecordIsAFailureAndNoRecipient() {
        AuditLog log = metrics.metered(new AuditLog() {
            @Override
            public void requireWritable() throws IOException {
                throw new IOException("disk full");
            }

            @Override
            public void append(List<AuditEvent> events) throws IOException {
                throw new IOException("disk full");
            }

            @Override
            public void close() {}
        });
        assertThatThrownBy(log::requireWritable).isInstanceOf(IOException.class);
        assertThatThrownBy(() -> log.append(List.of(
                        done("inbound", "deliver", Optional.empty(), Optional.of("250 ok"), "250 ok", List.of()))))
                .isInstanceOf(IOException.class);

        Exposition shown = shown();
        assertThat(shown.value("postseal_audit_failures_total")).isEqualTo(2);
        assertThat(shown.families()).doesNotContainKey("postseal_recipients_total");
    }

    @Test
    void stepsOfTheJournalAreMeasuredAndFailuresCounted() throws JournalException {
        Journal journal = metrics.metered(new FailingJournal());
        try (Journal.Claim claim = journal.claim(List.of())) {
            assertThatThrownBy(() -> claim.prepared(List.of())).isInstanceOf(JournalException.class);
        }
        assertThatThrownBy(journal::requireWritable).hasMessage("no disk");

        Exposition shown = shown();
        assertThat(shown.value("postseal_journal_duration_seconds_count{step=\"claim\"}"))
                .isEqualTo(1);
        assertThat(shown.value("postseal_journal_duration_seconds_count{step=\"prepare\"}"))
                .isEqualTo(1);
        assertThat(shown.value("postseal_journal_duration_seconds_count{step=\"settle\"}"))
                .isZero();
        // The trial whether the journal can be written is no step of a message
        assertThat(shown.value("postseal_journal_failures_total")).isEqualTo(1);
    }

    private Exposition shown() {
        return Exposition.read(new String(
                new Pages(metrics.registry(), new Readiness(List.of()))
                        .of("/metrics", Optional.empty())
                        .body(),
                StandardCharsets.UTF_8));
    }

    private static String recipients(String decision, String direction, String reason, String reply) {
        return "postseal_recipients_total{decision=\"" + decision + "\",direction=\"" + direction + "\",reason=\""
                + reason + "\",reply=\"" + reply + "\"}";
    }

    private static AuditEvent done(
            String direction,
            String decision,
            Optional<String> reason,
            Optional<String> nextHopReply,
            String reply,
            List<String> journal) {
        return new AuditEvent.RecipientDone(
                NOW,
                Records.message("q", Optional.empty(), "192.0.2.1", "<alice@example.com>", "bob@partner.example", 100),
                Records.decision(direction, "", "", "", decision, reason, List.of(), Optional.empty()),
                Records.protection("", "", ""),
                new AuditEvent.Delivery(
                        Optional.empty(), Optional.empty(), nextHopReply, reply, journal, Optional.empty()),
                Optional.empty());
    }

    private static final class Unrecorded implements AuditLog {
        @Override
        public void append(List<AuditEvent> events) {}

        @Override
        public void close() {}
    }

    /** Makes a journal that can be read and not written. */
    private static final class FailingJournal implements Journal {
        @Override
        public Suspects suspects() {
            throw new UnsupportedOperationException();
        }

        @Override
        public Claim claim(Collection<JournalEntry> rows) {
            return new Claim() {
                @Override
                public Map<JournalKey, JournalEntry> entries() {
                    return Map.of();
                }

                @Override
                public void prepared(List<JournalEntry> rows) throws JournalException {
                    throw new JournalException("no disk");
                }

                @Override
                public void accepted(List<JournalEntry> rows) {}

                @Override
                public void settled(List<JournalEntry> rows, boolean isLast) {}

                @Override
                public void suppressed(Collection<JournalKey> again, QueueId attempt) {}

                @Override
                public void close() {}
            };
        }

        @Override
        public void told(QueueId queueId) {}

        @Override
        public void requireWritable() throws JournalException {
            throw new JournalException("no disk");
        }

        @Override
        public void close() {}
    }
}
