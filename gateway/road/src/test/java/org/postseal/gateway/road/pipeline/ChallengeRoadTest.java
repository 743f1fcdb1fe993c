package org.postseal.gateway.road.pipeline;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.gateway.mail.Peer;
import org.postseal.gateway.mail.ReversePath;
import org.postseal.gateway.road.journal.MemoryJournal;
import org.postseal.gateway.smtp.Reply;
import org.postseal.gateway.smtp.client.NextHop.Outcome;
import org.postseal.policy.outcome.Reason;

/** Tests what becomes of the challenge of an ACME authority, whatever fails between its arrival and the reply to it. */
class ChallengeRoadTest {
    private static final String POLICY = """
            version: 1
            internal: [example.com]
            trustedAuthservIds: mx.example.com
            rules:
              - { id: all, when: always, then: mailboxPolicy }
            """;

    private final MemoryJournal.Rows rows = new MemoryJournal.Rows(Duration.ofMillis(200));
    private final Awaited awaited = new Awaited();
    private final TestRoad road = TestRoad.awaiting(awaited, new PolicyInForce(TestRoad.load(POLICY), Parties.STORE));

    @BeforeEach
    void journal() {
        road.delivery().journal(new MemoryJournal(rows));
    }

    /** The digest is what Python's hashlib says. */
    @Test
    void theAnswerIsThatOfTheRfc() {
        assertThat(send(TestRoad.LMTP)).containsExactly(RecordingDelivery.ACCEPTED);

        RecordingDelivery.Sent sent = road.sent().getFirst();
        assertThat(new String(sent.octets(), StandardCharsets.US_ASCII)).isEqualTo("""
                        From: alice@example.com
                        To: acme@ca.example
                        Subject: Re: ACME: LgYemJLy3F1LDkiJrdIGbEzyFJyOyf6vBdyZ1TG3sME=
                        Date: Tue, 24 Nov 2026 12:00:00 +0000
                        Message-ID: <Q1.challenge@gw.example.com>
                        In-Reply-To: <A2299BB.FF7788@ca.example>
                        References: <A2299BB.FF7788@ca.example>
                        Auto-Submitted: auto-replied
                        MIME-Version: 1.0
                        Content-Type: text/plain; charset=us-ascii
                        Content-Transfer-Encoding: 7bit

                        -----BEGIN ACME RESPONSE-----
                        aJg0g9UkxP6lBjjQTiL0LlxjWXGYEc5QRhXg7zBSX60
                        -----END ACME RESPONSE-----
                        """.replace("\n", "\r\n"));
        assertThat(sent.recipients()).containsExactly("acme@ca.example");
        assertThat(sent.envelope().reversePath()).isEqualTo(new ReversePath.NullPath());
        assertThat(sent.trace()).isEmpty();
        assertThat(awaited.answers()).contains(Awaited.TOKEN);
    }

    @Test
    void itIsOnRecordAsWhatItIs() {
        List<Reply> _ = send(TestRoad.LMTP);

        assertThat(road.audited(done -> done.decision().steps()))
                .containsExactly(List.of("no rule is asked: this is the challenge of an ACME authority,"
                        + " acme@ca.example, proved by DKIM"));
        assertThat(road.audited(done -> done.decision().direction())).containsExactly("inbound");
        assertThat(road.audited(done -> done.decision().reason())).containsExactly(Optional.empty());
        assertThat(road.audited(done -> done.message().recipient())).containsExactly("alice@example.com");
        assertThat(road.audited(done -> done.protection().handled().came())).containsExactly(Optional.of("clear"));
        assertThat(road.audited(done -> done.protection().handled().left())).containsExactly(Optional.empty());
        assertThat(road.audited(done -> done.delivery().reply()))
                .containsExactly(RecordingDelivery.ACCEPTED.toString());
    }

    /** A bounce would end the order, so the challenge stays with its upstream; then the next hop takes the answer. */
    @ParameterizedTest
    @ValueSource(strings = {"550 5.7.1 No", "451 4.3.0 Later", "556 5.1.10 Null MX"})
    void aNextHopThatRefusesTheAnswerLeavesTheChallengeOpen(String refusal) {
        road.delivery().answer(List.of(List.of(new Outcome(Reply.ofText(refusal), false))));

        assertThat(send(TestRoad.LMTP)).containsExactly(Reply.of(Reason.CHALLENGE_NOT_ANSWERED));
        assertThat(awaited.answers()).isEmpty();
        assertThat(road.audited(done -> done.decision().detail()))
                .containsExactly(Optional.of("the answer was refused: " + refusal));

        assertThat(send(TestRoad.LMTP)).containsExactly(RecordingDelivery.ACCEPTED);
        assertThat(awaited.answers()).contains(Awaited.TOKEN);
        assertThat(road.sent()).hasSize(2);
    }

    /** The order is marked at the retry, and the authority hears once. */
    @Test
    void anAnswerThatCannotBeKeptIsNotSentAgain() {
        awaited.full(true);
        assertThat(send(TestRoad.LMTP)).containsExactly(Reply.of(Reason.STORE_UNAVAILABLE));
        assertThat(awaited.answers()).isEmpty();

        awaited.full(false);
        assertThat(send(TestRoad.LMTP)).containsExactly(RecordingDelivery.ACCEPTED);
        assertThat(awaited.answers()).contains(Awaited.TOKEN);
        assertThat(road.sent()).hasSize(1);
        assertThat(road.audited(done -> done.decision().word())).containsExactly("answer", "answer");
        assertThat(road.audited(done -> done.delivery().journal())).containsExactly(List.of(), List.of("suppressed"));
    }

    /** The process has died after the next hop's 250 and before anything else: the journal alone knows of it. */
    @Test
    void aCrashBehindTheAnswerIsMadeGoodByTheRetryOnAnotherNode() {
        awaited.full(true);
        List<Reply> _ = send(TestRoad.LMTP);
        awaited.full(false);
        TestRoad other = TestRoad.awaiting(awaited, new PolicyInForce(TestRoad.load(POLICY), Parties.STORE));
        other.delivery().journal(new MemoryJournal(rows));

        assertThat(other.send(Letter.inbound(TestRoad.LMTP, Parties.ALICE), Awaited.MAIL))
                .containsExactly(RecordingDelivery.ACCEPTED);
        assertThat(other.sent()).isEmpty();
        assertThat(awaited.answers()).contains(Awaited.TOKEN);
    }

    /** Nobody knows whether the next hop has it, so it goes again; the authority takes the same answer twice. */
    @Test
    void aDoubtIsSettledBySendingAgain() {
        road.delivery()
                .answer(List.of(List.of(new Outcome(
                        Reply.of(Reason.NEXT_HOP_BROKE_OFF),
                        true,
                        Optional.of(Reason.NEXT_HOP_BROKE_OFF),
                        Optional.empty()))));
        assertThat(send(TestRoad.LMTP)).containsExactly(Reply.of(Reason.NEXT_HOP_BROKE_OFF));
        assertThat(awaited.answers()).isEmpty();

        assertThat(send(TestRoad.LMTP)).containsExactly(RecordingDelivery.ACCEPTED);
        assertThat(road.sent()).hasSize(2);
    }

    /** The record could not be written, so the peer comes again with what is answered already. */
    @Test
    void aRetryOfWhatIsAnsweredIsAnsweredByTheJournal() {
        road.audit().fill();
        assertThat(send(TestRoad.LMTP)).containsExactly(Reply.of(Reason.AUDIT_UNAVAILABLE));
        assertThat(awaited.answers()).contains(Awaited.TOKEN);

        TestRoad restarted = TestRoad.awaiting(awaited, new PolicyInForce(TestRoad.load(POLICY), Parties.STORE));
        restarted.delivery().journal(new MemoryJournal(rows));
        assertThat(restarted.send(Letter.inbound(TestRoad.LMTP, Parties.ALICE), Awaited.MAIL))
                .containsExactly(RecordingDelivery.ACCEPTED);
        assertThat(restarted.sent()).isEmpty();
        assertThat(restarted.audited(done -> done.decision().word())).containsExactly("answer");
    }

    @Test
    void whatComesAnewIsMailLikeAnyOther() {
        List<Reply> _ = send(TestRoad.LMTP);

        List<Reply> replies =
                road.send(Letter.inbound(TestRoad.LMTP, Parties.ALICE), Awaited.MAIL.replace("Hello", "Hallo"));

        assertThat(replies).containsExactly(RecordingDelivery.ACCEPTED);
        assertThat(road.sent().getLast().recipients()).containsExactly("alice@example.com");
        assertThat(road.audited(done -> done.decision().word())).containsExactly("answer", "deliver");
    }

    /** The first one may have been the late mail of an earlier order. */
    @Test
    void aMailWithAnotherTokenIsAnsweredToo() {
        List<Reply> _ = send(TestRoad.LMTP);
        String token = Awaited.TOKEN.replace('e', 'a');

        List<Reply> replies =
                road.send(Letter.inbound(TestRoad.LMTP, Parties.ALICE), Awaited.MAIL.replace(Awaited.TOKEN, token));

        assertThat(replies).containsExactly(RecordingDelivery.ACCEPTED);
        assertThat(road.sent()).hasSize(2);
        assertThat(road.sent().getLast().recipients()).containsExactly("acme@ca.example");
        assertThat(awaited.answers()).containsExactlyInAnyOrder(Awaited.TOKEN, token);

        // The first one comes again, and is still one that was answered.
        List<Reply> _ = road.send(Letter.inbound(TestRoad.LMTP, Parties.ALICE), Awaited.MAIL.replace("Hello", "Hallo"));
        assertThat(road.sent().getLast().recipients()).containsExactly("alice@example.com");
    }

    @Test
    void theOthersGetTheMail() {
        TestRoad open = TestRoad.awaiting(awaited, new PolicyInForce(TestRoad.load(POLICY), Parties.STORE));

        List<Reply> _ = open.send(Letter.inbound(TestRoad.LMTP, Parties.ANNA, Parties.ALICE), Awaited.MAIL);

        assertThat(open.sent().stream().map(RecordingDelivery.Sent::recipients))
                .containsExactly(List.of("anna@example.com"), List.of("acme@ca.example"));
        assertThat(open.audited(done -> done.decision().word())).containsExactly("deliver", "answer");
    }

    /** Over SMTP, one reply is for all. What was answered already stays answered when the message comes again. */
    @Test
    void overSmtpTheOtherRecipientMayFailFirst() {
        TestRoad open = TestRoad.awaiting(awaited, new PolicyInForce(TestRoad.load(POLICY), Parties.STORE));
        open.delivery().journal(new MemoryJournal(rows));
        Reply later = Reply.of(451, "4.2.1", "Mailbox busy");
        open.delivery()
                .answer(List.of(
                        List.of(new Outcome(RecordingDelivery.ACCEPTED, false)), List.of(new Outcome(later, false))));
        Letter letter = Letter.inbound(TestRoad.SMTP, Parties.ALICE, Parties.ANNA);

        assertThat(open.send(letter, Awaited.MAIL)).containsExactly(later, later);
        assertThat(awaited.answers()).contains(Awaited.TOKEN);

        assertThat(open.send(letter, Awaited.MAIL)).containsOnly(RecordingDelivery.ACCEPTED);
        assertThat(open.sent().stream().map(RecordingDelivery.Sent::recipients))
                .containsExactly(List.of("acme@ca.example"), List.of("anna@example.com"), List.of("anna@example.com"));
    }

    /** Otherwise the challenge would go to somebody who cannot answer it. */
    @Test
    void aStoreThatIsAwayPutsOffWhatLooksLikeAChallenge() {
        awaited.away(true);

        assertThat(send(TestRoad.LMTP)).containsExactly(Reply.of(Reason.STORE_UNAVAILABLE));
        assertThat(road.send(
                        Letter.inbound(TestRoad.LMTP, Parties.ALICE), Awaited.MAIL.replace("Subject: ", "Subject: A")))
                .containsExactly(RecordingDelivery.ACCEPTED);
    }

    /** The Subject says at once that it is none, so ordinary mail costs no question. */
    @Test
    void ofOrdinaryMailNothingIsAsked() {
        List<Reply> _ =
                road.send(Letter.inbound(TestRoad.LMTP, Parties.ALICE), Awaited.MAIL.replace("ACME:", "About ACME:"));

        assertThat(awaited.asked()).isEmpty();
    }

    /** While the policy is only observed, everybody gets what came, and the record says what would have been done. */
    @Test
    void underObserveItIsRelayed() {
        var rules = TestRoad.load(POLICY);
        TestRoad observed = TestRoad.awaiting(
                awaited, new PolicyInForce(rules, Optional.empty(), Optional.of(rules.observe()), Parties.STORE));

        List<Reply> _ = observed.send(Letter.inbound(TestRoad.LMTP, Parties.ALICE), Awaited.MAIL);

        assertThat(observed.sent().getFirst().recipients()).containsExactly("alice@example.com");
        assertThat(observed.audited(done -> done.decision().word())).containsExactly("answer");
        assertThat(observed.audited(done -> done.decision().isObserved())).containsExactly(true);
        assertThat(awaited.answers()).isEmpty();
    }

    private List<Reply> send(Peer.Protocol protocol) {
        return road.send(Letter.inbound(protocol, Parties.ALICE), Awaited.MAIL);
    }
}
