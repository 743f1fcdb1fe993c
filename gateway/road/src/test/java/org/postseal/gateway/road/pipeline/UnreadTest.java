package org.postseal.gateway.road.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.gateway.road.pipeline.TestRoad.LMTP;
import static org.postseal.gateway.road.pipeline.TestRoad.SMTP;
import static org.postseal.gateway.road.pipeline.TestRoad.octets;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.postseal.gateway.mail.MailParameters;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.smime.Sendable;
import org.postseal.gateway.smtp.Reply;
import org.postseal.policy.deciding.RuleSet;
import org.postseal.policy.outcome.Reason;

/** A message must not be looked into: only its envelope counts. */
class UnreadTest {
    private static final Reply POISON = Reply.of(Reason.POISON);
    /** Octets with neither a header section nor lines that mail may have. */
    private static final byte[] OCTETS = octets("\0: \r\nX-Postseal-Stamp: 1\r\nno field\nat all");

    @Test
    void itGoesToTheQuarantineAsItCame() {
        // A rule would have encrypted for Bob, but the quarantine is internal.
        TestRoad road = new TestRoad("{ id: e, when: always, then: { encrypt: required } }");

        assertThat(unread(road, Letter.submitted(LMTP, Parties.BOB, Parties.ANNA), true))
                .allMatch(Reply::isPositive)
                .hasSize(2);

        RecordingDelivery.Sent sent = road.sent().getFirst();
        assertThat(road.sent()).hasSize(1);
        assertThat(sent.recipients()).containsExactly("quarantine@example.com");
        assertThat(sent.envelope().parameters().ret()).contains(MailParameters.Ret.HDRS);
        assertThat(sent.permitted()).hasToString("[quarantine@example.com]");
        assertThat(sent.unit()).isInstanceOf(Sendable.Untouched.class);
        assertThat(sent.octets()).isEqualTo(OCTETS);
        assertThat(sent.trace().lines().toList().getFirst())
                .isEqualTo("X-Postseal-Quarantine: POISON; for bob@partner.example, anna@example.com");
        assertThat(road.audited(done -> done.decision().word())).containsExactly("redirect", "redirect");
        assertThat(road.audited(done -> done.decision().reason()))
                .containsExactly(Optional.of("POISON"), Optional.of("POISON"));
        assertThat(road.audited(done -> done.decision().direction())).containsExactly("outbound", "internal");
    }

    @Test
    void itIsRefusedAndRecordedWhereItMayNotGoThereOrNobodyIsToKnowOfThePolicy() {
        TestRoad road = new TestRoad();
        assertThat(unread(road, Letter.submitted(SMTP, Parties.BOB), false)).containsExactly(POISON);
        RuleSet rules = TestRoad.rules();
        TestRoad observed = new TestRoad(
                true, new PolicyInForce(rules, Optional.empty(), Optional.of(rules.observe()), Parties.STORE));
        assertThat(unread(observed, Letter.submitted(LMTP, Parties.BOB), true)).containsExactly(POISON);
        for (TestRoad each : List.of(road, observed)) {
            assertThat(each.sent()).isEmpty();
            assertThat(each.audited(done -> done.decision().word())).containsExactly("reject");
            assertThat(each.audited(done -> done.decision().reason())).containsExactly(Optional.of("POISON"));
        }
    }

    @Test
    void aPeerThatMayNotRelayFillsNoQuarantineForOthers() {
        TestRoad road = new TestRoad();
        assertThat(unread(road, Letter.inbound(LMTP, Parties.BOB, Parties.ALICE).untrusted(), true))
                .satisfiesExactly(
                        reply -> assertThat(reply).isEqualTo(Reply.of(Reason.RELAY_DENIED)),
                        reply -> assertThat(reply.isPositive()).isTrue());
        assertThat(road.sent().getFirst().trace())
                .startsWith("X-Postseal-Quarantine: POISON; for alice@example.com\r\n");
    }

    @Test
    void nothingLeavesWhileTheAuditLogIsFull() {
        TestRoad road = new TestRoad();
        road.audit().fill();
        assertThat(unread(road, Letter.submitted(LMTP, Parties.BOB), false))
                .containsExactly(Reply.of(Reason.AUDIT_UNAVAILABLE));
    }

    @Test
    void whatTheListenerDoesNotTakeIsOnRecord() {
        TestRoad road = new TestRoad();
        Letter letter = Letter.submitted(LMTP, Parties.BOB, Parties.ALICE);
        assertThat(road.road().refuse(letter.envelope(), 4711, Reason.TENANT_NOT_KNOWN, "no X-Via-Example"))
                .containsExactly(Reply.of(Reason.TENANT_NOT_KNOWN), Reply.of(Reason.TENANT_NOT_KNOWN));
        assertThat(road.sent()).isEmpty();
        assertThat(road.audited(done -> done.message().recipient()))
                .containsExactly(Parties.BOB.toString(), Parties.ALICE.toString());
        assertThat(road.audited(done -> done.message().size())).containsOnly(4711L);
        assertThat(road.audited(done -> done.decision().word())).containsOnly("reject");
        assertThat(road.audited(done -> done.decision().reason())).containsOnly(Optional.of("TENANT_NOT_KNOWN"));
        assertThat(road.audited(done -> done.decision().detail())).containsOnly(Optional.of("no X-Via-Example"));
        assertThat(road.audited(done -> done.decision().basis())).containsOnly(Optional.empty());
    }

    private static List<Reply> unread(TestRoad road, Letter letter, boolean mayRedirect) {
        return road.road().receiveUnread(letter.envelope(), RawMessage.of(OCTETS), Reason.POISON, mayRedirect);
    }
}
