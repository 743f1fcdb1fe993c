package org.postseal.gateway.audit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.postseal.certstore.Digest;

/** Makes records for tests. */
public final class Records {
    private Records() {}

    /** Returns the record with another policy. */
    public static AuditEvent.RecipientDone by(String sha256, AuditEvent.RecipientDone done) {
        AuditEvent.Decision decision = done.decision();
        return new AuditEvent.RecipientDone(
                done.time(),
                done.message(),
                new AuditEvent.Decision(
                        decision.direction(),
                        sha256,
                        decision.rule(),
                        decision.mailboxPolicy(),
                        decision.word(),
                        decision.reason(),
                        decision.detail(),
                        decision.steps(),
                        List.of(),
                        decision.basis(),
                        decision.isObserved(),
                        decision.shadow()),
                done.protection(),
                done.delivery(),
                done.times());
    }

    /** Returns the record that a policy was read. */
    public static AuditEvent.PolicyRead read(Instant at, String action, PolicyText text) {
        return new AuditEvent.PolicyRead(
                at,
                action,
                "start",
                "enforce",
                "policy.yaml",
                Optional.empty(),
                Optional.of(text.sha256()),
                List.of(),
                0,
                Optional.of(text));
    }

    public static AuditEvent.RecipientDone done(
            Instant at, String queueId, String messageId, String sender, String recipient, String rule) {
        return new AuditEvent.RecipientDone(
                at,
                new AuditEvent.Message(
                        queueId,
                        Optional.of("U" + queueId),
                        Optional.of(messageId),
                        "192.0.2.1",
                        Optional.empty(),
                        Optional.empty(),
                        sender,
                        recipient,
                        4711),
                new AuditEvent.Decision(
                        "outbound",
                        "ab".repeat(32),
                        rule,
                        "default",
                        rule.equals("refuse") ? "reject" : "deliver",
                        rule.equals("refuse") ? Optional.of("POLICY_REFUSED") : Optional.empty(),
                        Optional.empty(),
                        List.of("rule " + rule + ": ".repeat(400)),
                        List.of(),
                        Optional.empty(),
                        false,
                        Optional.empty()),
                new AuditEvent.Protection(
                        "clear",
                        AuditEvent.Handled.of(""),
                        "unsigned",
                        List.of(),
                        List.of("signer:" + Digest.SHA_256.hex(sender.getBytes(UTF_8))),
                        List.of(),
                        List.of(),
                        Optional.empty(),
                        Optional.empty(),
                        List.of()),
                new AuditEvent.Delivery(
                        Optional.of(1),
                        Optional.empty(),
                        Optional.of("250 2.0.0 Ok: queued as " + queueId),
                        rule.equals("refuse") ? "550 5.7.1 no" : "250 2.0.0 Ok",
                        List.of(),
                        Optional.empty()),
                Optional.empty());
    }
}
