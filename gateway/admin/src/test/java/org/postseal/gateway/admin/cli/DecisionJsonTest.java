package org.postseal.gateway.admin.cli;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.postseal.certstore.MailAddress;
import org.postseal.gateway.admin.cli.offline.OfflineResult;
import org.postseal.gateway.audit.AuditEvent;
import org.postseal.gateway.audit.Records;
import org.postseal.gateway.mail.Peer;
import org.postseal.gateway.mail.ReversePath;
import org.postseal.gateway.smtp.Reply;

final class DecisionJsonTest {
    @Test
    void modeAndShadowStandBehindTheSteps() {
        AuditEvent.Shadow shadow = new AuditEvent.Shadow(
                "ef56",
                "next",
                "reject",
                "",
                "",
                Optional.of("POLICY_REFUSED"),
                Optional.of(true),
                Optional.of("as an example"));
        String plain = json(false, Optional.empty());
        String steps = "\"one step\"\n      ]";

        assertThat(plain).containsOnlyOnce(steps);
        assertThat(json(true, Optional.of(shadow))).isEqualTo(plain.replace(steps, steps + """
            ,
                  "mode": "observe",
                  "shadow": {
                    "policySha256": "ef56",
                    "rule": "next",
                    "decision": "reject",
                    "protection": "",
                    "incoming": "",
                    "reason": "POLICY_REFUSED",
                    "differs": true,
                    "detail": "as an example"
                  }\
            """));
    }

    private static String json(boolean isObserved, Optional<AuditEvent.Shadow> shadow) {
        MailAddress bob = MailAddress.of("bob@partner.example");
        Reply reply = Reply.of(250, "2.0.0", "Ok");
        AuditEvent.RecipientDone done = new AuditEvent.RecipientDone(
                Instant.EPOCH,
                Records.message("1", Optional.empty(), "127.0.0.1", "alice@example.com", bob.toString(), 1),
                new AuditEvent.Decision(
                        "outbound",
                        "ab12",
                        Optional.empty(),
                        "rest",
                        "default",
                        "deliver",
                        Optional.empty(),
                        Optional.empty(),
                        List.of("one step"),
                        List.of(),
                        Optional.empty(),
                        isObserved,
                        shadow),
                Records.protection("clear", "as_received", "unsigned"),
                Records.delivery(Optional.empty(), Optional.empty(), reply.toString()),
                Optional.empty());
        return DecisionJson.of(new OfflineResult(
                new ReversePath.Mailbox(MailAddress.of("alice@example.com")),
                Peer.Role.SUBMISSION,
                List.of(),
                List.of(new OfflineResult.Answer(bob, reply, Optional.of(done)))));
    }
}
