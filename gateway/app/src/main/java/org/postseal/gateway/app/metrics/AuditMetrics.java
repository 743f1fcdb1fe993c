package org.postseal.gateway.app.metrics;

import io.prometheus.metrics.core.metrics.Counter;
import io.prometheus.metrics.core.metrics.Histogram;
import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.util.List;
import org.postseal.gateway.audit.AuditEvent;

/**
 * Counts what became of mail by the events of the audit log, so that the figures agree with the record. Thread-safe.
 */
final class AuditMetrics {
    private final Counter recipients;
    private final Counter journaled;
    private final Counter notices;
    private final Counter changes;
    private final Counter failures;
    private final Histogram durations;

    AuditMetrics(PrometheusRegistry registry) {
        recipients = Registration.counter(
                registry,
                "postseal_recipients_total",
                "Recipients of messages, by direction, decision of the policy,"
                        + " reason of a failure, and reply to the peer.",
                "direction",
                "decision",
                "reason",
                "reply");
        journaled = Registration.counter(
                registry,
                "postseal_journal_recipients_total",
                "Recipients by their state in the journal: accepted, suppressed, sent_again, in_doubt.",
                "state");
        List.of(ACCEPTED, "suppressed", "sent_again", "in_doubt").forEach(journaled::initLabelValues);
        notices = Registration.counter(
                registry,
                "postseal_notices_total",
                "Notices to senders that were sent, or held back since there had been enough.");
        changes = Registration.counter(
                registry,
                "postseal_directory_changes_total",
                "Changes of certificates, keys and trust that were recorded.");
        failures = Registration.counter(
                registry,
                "postseal_audit_failures_total",
                "Times that the audit log could not be written; mail is deferred then.");
        durations = Registration.durations(
                registry, "postseal_audit_duration_seconds", "Until the records of a message are on disk.");
    }

    void recorded(List<AuditEvent> events, long nanoseconds) {
        durations.observe(Registration.seconds(nanoseconds));
        events.forEach(this::recorded);
    }

    void failed() {
        failures.inc();
    }

    private void recorded(AuditEvent event) {
        switch (event) {
            case AuditEvent.RecipientDone done -> {
                recipients
                        .labelValues(
                                done.decision().direction().isEmpty()
                                        ? "unknown"
                                        : done.decision().direction(),
                                done.decision().word(),
                                done.decision().reason().orElse("none"),
                                reply(done.delivery().reply()))
                        .inc();
                done.delivery()
                        .journal()
                        .forEach(state -> journaled.labelValues(state).inc());
                if (done.delivery()
                                .nextHopReply()
                                .filter(reply -> reply.startsWith("2"))
                                .isPresent()
                        && !done.delivery().journal().contains("suppressed")) {
                    journaled.labelValues(ACCEPTED).inc();
                }
            }
            case AuditEvent.NoticeSent _ -> notices.inc();
            case AuditEvent.DirectoryChanged _ -> changes.inc();
            // PolicyState counts these, including those that cannot be recorded.
            case AuditEvent.PolicyRead _,
                    AuditEvent.CheckpointsSeen _,
                    AuditEvent.GatewayStarted _,
                    AuditEvent.ConfigurationReloaded _,
                    AuditEvent.ConfigurationRefused _ -> {}
        }
    }

    // RFC 5321 §4.2.1
    private static String reply(String reply) {
        return switch (reply.charAt(0)) {
            case '2' -> "accepted";
            case '4' -> "deferred";
            default -> "refused";
        };
    }

    private static final String ACCEPTED = "accepted";
}
