package org.postseal.gateway.console;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import org.postseal.gateway.audit.AuditConfig;
import org.postseal.gateway.audit.AuditConfigs;
import org.postseal.gateway.audit.AuditEvent;
import org.postseal.gateway.audit.AuditLog;
import org.postseal.gateway.audit.Records;
import org.postseal.gateway.audit.write.AuditLogs;
import org.postseal.policy.outcome.Reason;

/** Makes logs of mail that nobody sent. They are the same at every run. */
public final class SampleLog {
    private SampleLog() {}

    /** Says what became of a message for one recipient. Everything else is as usual. */
    public record Sample(
            Instant time,
            String queueId,
            String messageId,
            String from,
            String to,
            String decision,
            String protection,
            Optional<String> reason,
            String reply,
            String certificate,
            Optional<String> left) {
        Sample(
                Instant time,
                String queueId,
                String messageId,
                String from,
                String to,
                String decision,
                String protection,
                Optional<String> reason,
                String reply) {
            this(
                    time,
                    queueId,
                    messageId,
                    from,
                    to,
                    decision,
                    protection,
                    reason,
                    reply,
                    "signer:" + "3f".repeat(32),
                    Optional.empty());
        }

        /** Returns the same with another certificate. */
        public Sample with(String other) {
            return new Sample(time, queueId, messageId, from, to, decision, protection, reason, reply, other, left);
        }

        /** Returns the same whose copy left like this. */
        public Sample left(String word) {
            return new Sample(
                    time,
                    queueId,
                    messageId,
                    from,
                    to,
                    decision,
                    word.equals("clear") ? "" : protection,
                    reason,
                    reply,
                    certificate,
                    Optional.of(word));
        }

        public static Sample delivered(Instant time, String queueId, String from, String to) {
            return new Sample(
                    time,
                    queueId,
                    "<" + queueId + "@test>",
                    from,
                    to,
                    "deliver",
                    "signed SHA256",
                    Optional.empty(),
                    "250 2.0.0 OK");
        }

        AuditEvent event() {
            return new AuditEvent.RecipientDone(
                    time,
                    Records.message(queueId, Optional.of(messageId), "192.0.2.7", from, to, 4711),
                    new AuditEvent.Decision(
                            "outbound",
                            "ab".repeat(32),
                            Optional.empty(),
                            "outbound",
                            "default",
                            decision,
                            reason,
                            reason.map(name -> Reason.valueOf(name).auditText()),
                            List.of("the recipient is outside", "rule outbound matches", "a signature is required"),
                            List.of(),
                            Optional.of(new AuditEvent.Decided(
                                    Map.of("origin", List.of("submission")), List.of("key=usable"), List.of())),
                            false,
                            Optional.empty()),
                    Records.protection(
                            protection,
                            new AuditEvent.Handled(Optional.of("clear"), "", Optional.empty(), left),
                            "unsigned",
                            certificate),
                    Records.delivery(Optional.of(1), Optional.of(reply), reply),
                    Optional.empty());
        }
    }

    /** Writes the log of a configuration, in files of at least {@code rotateSize} octets. */
    public static AuditConfig write(Path folder, List<Sample> samples, long rotateSize) throws IOException {
        AuditConfig standard = AuditConfig.of(folder.resolve("audit.jsonl"));
        AuditConfig config = AuditConfigs.rotated(standard, rotateSize, standard.rotateEvery(), standard.keep());
        try (AuditLog log = AuditLogs.open(config, () -> Instant.now())) {
            for (int i = 0; i < samples.size(); i += 50) {
                log.append(samples.subList(i, Math.min(samples.size(), i + 50)).stream()
                        .map(Sample::event)
                        .toList());
            }
        }
        return config;
    }

    /**
     * Returns three months of an office: there is more mail by day than by night, little at weekends, and some of it is
     * refused.
     */
    public static List<Sample> quarter(Instant now) {
        Random random = new Random(7);
        List<Sample> samples = new ArrayList<>();
        for (Instant hour = now.minus(Duration.ofDays(90)); hour.isBefore(now); hour = hour.plus(Duration.ofHours(1))) {
            long ofDay = hour.getEpochSecond() / 3600 % 24;
            long ofWeek = (hour.getEpochSecond() / 86_400 + 4) % 7;
            int busy = ofDay > 6 && ofDay < 19 ? 6 : 1;
            int count = random.nextInt(1 + (ofWeek == 0 || ofWeek == 6 ? 1 : busy));
            for (int i = 0; i < count; i++) {
                samples.add(sample(hour.plusSeconds(random.nextInt(3600)), samples.size(), random));
            }
        }
        return samples;
    }

    private static Sample sample(Instant time, int number, Random random) {
        String queueId = "4dQ%05dXz".formatted(number);
        String from = "alice@example.com";
        String to = List.of("bob@partner.example", "ann@bank.example", "carol@elsewhere.example")
                .get(random.nextInt(3));
        Sample delivered = Sample.delivered(time, queueId, from, to);
        return switch (random.nextInt(20)) {
            case 0, 1 -> refused(delivered, "reject", Reason.NO_RECIPIENT_CERTIFICATE);
            case 2 -> refused(delivered, "reject", Reason.POLICY_REFUSED);
            case 3 -> refused(delivered, "defer", Reason.NEXT_HOP_UNAVAILABLE);
            case 4 ->
                new Sample(
                        time,
                        queueId,
                        delivered.messageId(),
                        from,
                        to,
                        "redirect",
                        "",
                        Optional.of(Reason.CONTENT_SUSPICIOUS.name()),
                        "250 2.0.0 OK");
            case 5, 6, 7, 8, 9 -> with(delivered, "signed SHA256, encrypted AES256-GCM RSAES-OAEP");
            case 10, 11 -> with(delivered, "encrypted AES256-CBC RSAES-PKCS1-v1_5");
            case 12, 13 -> delivered.left("clear");
            default -> delivered;
        };
    }

    private static Sample with(Sample one, String protection) {
        return new Sample(
                one.time(),
                one.queueId(),
                one.messageId(),
                one.from(),
                one.to(),
                one.decision(),
                protection,
                one.reason(),
                one.reply());
    }

    public static Sample refused(Sample one, String decision, Reason reason) {
        return new Sample(
                one.time(),
                one.queueId(),
                one.messageId(),
                one.from(),
                one.to(),
                decision,
                "",
                Optional.of(reason.name()),
                reason.code() + " " + reason.enhancedStatus() + " " + reason.publicText());
    }
}
