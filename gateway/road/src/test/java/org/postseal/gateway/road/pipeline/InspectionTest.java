package org.postseal.gateway.road.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.gateway.road.pipeline.TestRoad.LMTP;

import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.gateway.mail.MailParameters;
import org.postseal.gateway.mail.ReversePath;
import org.postseal.gateway.smtp.Reply;
import org.postseal.policy.outcome.Reason;

/** Checks what happens to a message before the policy decides, and to one that is not touched. */
class InspectionTest {
    private final TestRoad road = new TestRoad();

    @Test
    void whatPolicyDoesNotTouchLeavesOctetForOctetBehindOurTrace() {
        String message = TestRoad.message(
                "From: Alice <alice@example.com>\nX-Odd:no blank\nSubject:"
                        + " A  plan\n folded\t\nTo: bob@partner.example\n",
                "Hello\n.\n..\ntrailing \n\n\n");

        assertThat(road.send(Letter.submitted(LMTP, Parties.BOB), message)).containsExactly(RecordingDelivery.ACCEPTED);

        RecordingDelivery.Sent sent = road.sent().getFirst();
        assertThat(sent.octets()).isEqualTo(TestRoad.octets(message));
        assertThat(sent.trace()).isEqualTo("""
                Received: from mx.example.com ([192.0.2.1]) by gw.example.com with LMTP id Q1
                 for <bob@partner.example>; Tue, 24 Nov 2026 12:00:00 +0000
                """.replace("\n", "\r\n"));
        assertThat(sent.envelope().parameters()).isEqualTo(MailParameters.NONE);
        assertThat(sent.envelope().reversePath()).isEqualTo(new ReversePath.Mailbox(Parties.ALICE));
    }

    @Test
    void oneHundredReceivedFieldsAreALoop() {
        String rest = TestRoad.toAll("bob@partner.example");

        assertThat(road.send(
                        Letter.submitted(LMTP, Parties.BOB, Parties.CARL),
                        "Received: from a by b\r\n".repeat(100) + rest))
                .containsExactly(Reply.of(Reason.MAIL_LOOP), Reply.of(Reason.MAIL_LOOP));
        assertThat(Reply.of(Reason.MAIL_LOOP).toString()).startsWith("554 5.4.6 ");
        assertThat(road.sent()).isEmpty();
        assertThat(road.audited(done -> done.decision().word())).containsExactly("reject", "reject");

        assertThat(road.send(Letter.submitted(LMTP, Parties.BOB), "Received: from a by b\r\n".repeat(99) + rest))
                .containsExactly(RecordingDelivery.ACCEPTED);
    }

    @Test
    void forgedClaimsToOurFieldsGoAndOtherServersResultsStay() {
        String before = """
                Received: from a by b
                Authentication-Results: mx.example.com; dkim=pass
                Authentication-Results: gw.example.com; smime=pass
                """.replace("\n", "\r\n");
        String after = "Subject: A  plan\r\n folded\r\n" + TestRoad.toAll("alice@example.com");
        String forged = """
                Authentication-Results: postseal.gw.example.com; smime=pass
                X-Postseal-Quarantine: no
                authentication-results: (hi) POSTSEAL.GW.example.com.;
                \tsmime=pass
                x-postseal-Seen: yes
                X-Postseal-Seen
                 : yes
                \fX-Postseal-Seen: yes
                Authentication-Results: other.example 2; smime=pass
                """.replace("\n", "\r\n");

        road.send(Letter.inbound(LMTP, Parties.ALICE), before + forged + after);

        assertThat(road.sent().getFirst().octets()).isEqualTo(TestRoad.octets(before + after));
    }

    @Test
    void aRecordHasNoMoreOfAMessageIdThanALineHolds() throws Exception {
        road.send(
                Letter.inbound(LMTP, Parties.ALICE),
                "Message-ID: <" + "x".repeat(900) + "\r\n " + "y".repeat(900) + ">\r\n"
                        + TestRoad.toAll("alice@example.com"));

        assertThat(road.audited(done -> done.message().messageId().orElse("").length()))
                .containsExactly(998);
    }

    @ParameterizedTest
    @ValueSource(strings = {"alice@example.com", "bob@partner.example"})
    void untrustedPeersReachOurOwnAddressesOnly(String to) {
        Letter letter =
                Letter.inbound(LMTP, Parties.ALICE, Parties.BOB, Parties.ADAM).untrusted();

        List<Reply> replies = road.send(letter, TestRoad.toAll(to));

        assertThat(replies)
                .containsExactly(RecordingDelivery.ACCEPTED, Reply.of(Reason.RELAY_DENIED), RecordingDelivery.ACCEPTED);
        assertThat(road.sent()).hasSize(1);
        assertThat(road.sent().getFirst().recipients()).containsExactly("alice@example.com", "adam@example.com");
        assertThat(road.audited(done -> done.decision().reason()))
                .containsExactly(Optional.empty(), Optional.of("RELAY_DENIED"), Optional.empty());
    }

    @ParameterizedTest
    @ValueSource(strings = {"auto-replied", "auto-generated; owner=x", "(why) auto-notified"})
    void automaticRepliesAreNotTouched(String value) {
        TestRoad strict = new TestRoad("{ id: all, when: always, then: reject }");
        String message = "Auto-Submitted: " + value + "\r\n" + TestRoad.toAll("bob@partner.example");

        assertThat(strict.send(Letter.submitted(LMTP, Parties.BOB), message))
                .containsExactly(RecordingDelivery.ACCEPTED);
        assertThat(strict.sent().getFirst().octets()).isEqualTo(TestRoad.octets(message));
    }

    @Test
    void mailWithTheNullReversePathIsNotTouched() {
        TestRoad strict = new TestRoad(
                "{ id: all, when: { direction: [outbound, inbound] }, then: { sign: required, encrypt: ifPossible } }");
        String message = TestRoad.toAll("bob@partner.example");
        Letter bounce = Letter.submitted(LMTP, Parties.BOB, Parties.NOBODY).from(new ReversePath.NullPath());

        assertThat(strict.send(bounce, message))
                .containsExactly(RecordingDelivery.ACCEPTED, RecordingDelivery.ACCEPTED);
        assertThat(strict.sent()).hasSize(1);
        assertThat(strict.sent().getFirst().octets()).isEqualTo(TestRoad.octets(message));
        assertThat(strict.sent().getFirst().envelope().reversePath()).isEqualTo(new ReversePath.NullPath());
        assertThat(strict.audited(done -> done.decision().rule())).containsOnly("built-in:automatic");
    }
}
