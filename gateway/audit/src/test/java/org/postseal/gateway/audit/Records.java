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
                        decision.policyEpoch(),
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
                decision(
                        "outbound",
                        "ab".repeat(32),
                        rule,
                        "default",
                        rule.equals("refuse") ? "reject" : "deliver",
                        rule.equals("refuse") ? Optional.of("POLICY_REFUSED") : Optional.empty(),
                        List.of("rule " + rule + ": ".repeat(400)),
                        Optional.empty()),
                protection("clear", "", "unsigned", "signer:" + Digest.SHA_256.hex(sender.getBytes(UTF_8))),
                delivery(
                        Optional.of(1),
                        Optional.of("250 2.0.0 Ok: queued as " + queueId),
                        rule.equals("refuse") ? "550 5.7.1 no" : "250 2.0.0 Ok"),
                Optional.empty());
    }

    /** Returns a message that came without TLS, XFORWARD and proxy. */
    public static AuditEvent.Message message(
            String queueId, Optional<String> messageId, String peer, String sender, String recipient, long size) {
        return new AuditEvent.Message(
                queueId,
                Optional.empty(),
                messageId,
                peer,
                Optional.empty(),
                Optional.empty(),
                sender,
                recipient,
                size);
    }

    /** Returns a decision that is enforced, by settings that nobody has set. */
    public static AuditEvent.Decision decision(
            String direction,
            String policySha256,
            String rule,
            String mailboxPolicy,
            String word,
            Optional<String> reason,
            List<String> steps,
            Optional<AuditEvent.Decided> basis) {
        return new AuditEvent.Decision(
                direction,
                policySha256,
                Optional.empty(),
                rule,
                mailboxPolicy,
                word,
                reason,
                Optional.empty(),
                steps,
                List.of(),
                basis,
                false,
                Optional.empty());
    }

    public static AuditEvent.Protection protection(
            String added, String handled, String signature, String... certificates) {
        return protection(added, AuditEvent.Handled.of(handled), signature, certificates);
    }

    public static AuditEvent.Protection protection(
            String added, AuditEvent.Handled handled, String signature, String... certificates) {
        return new AuditEvent.Protection(
                added,
                handled,
                signature,
                List.of(),
                List.of(),
                List.of(certificates),
                List.of(),
                List.of(),
                Optional.empty(),
                Optional.empty(),
                List.of());
    }

    /** Returns a delivery about whose session nothing is known. */
    public static AuditEvent.Delivery delivery(Optional<Integer> unit, Optional<String> nextHopReply, String reply) {
        return new AuditEvent.Delivery(unit, Optional.empty(), nextHopReply, reply, List.of(), Optional.empty());
    }
}
