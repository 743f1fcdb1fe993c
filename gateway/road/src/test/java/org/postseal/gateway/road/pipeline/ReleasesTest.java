package org.postseal.gateway.road.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.gateway.road.pipeline.TestRoad.LMTP;
import static org.postseal.gateway.road.pipeline.TestRoad.SMTP;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.Secret;
import org.postseal.gateway.audit.AuditEvent;
import org.postseal.gateway.mail.Envelope;
import org.postseal.gateway.mail.MailParameters;
import org.postseal.gateway.mail.Peer;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.mail.Release;
import org.postseal.gateway.mail.ReversePath;
import org.postseal.gateway.mail.Spool;
import org.postseal.gateway.mail.held.HeldCopy;
import org.postseal.gateway.mail.held.HeldSeal;
import org.postseal.gateway.mail.held.ReleaseSeal;
import org.postseal.gateway.smime.Sendable;
import org.postseal.gateway.smtp.Reply;
import org.postseal.policy.deciding.Observation;
import org.postseal.policy.deciding.RuleSet;
import org.postseal.policy.outcome.Reason;

/** Held mail that somebody releases goes the road as it came the first time; nothing else passes its listener. */
class ReleasesTest {
    private static final Secret KEY = secret('k');
    private static final String ID = "0f".repeat(16);
    private static final Release RELEASE = new Release(ID, "root", "asked for by phone");
    private static final String HOLD = "{ id: hold, when: { subject: plan }, then: redirect }";
    private static final String MESSAGE = TestRoad.toAll("bob@partner.example");

    private final TestRoad road = new TestRoad(
            HOLD,
            "{ id: in, when: { direction: inbound }, then: { sign: ifPossible } }",
            "{ id: out, when: { direction: outbound }, then: { sign: required, encrypt: required } }");

    @Test
    void itGoesTheRoadWithItsFirstEnvelopeAndOrigin() throws IOException {
        Letter first = Letter.submitted(SMTP, Parties.BOB).with(MailParameters.NONE.withRet(MailParameters.Ret.HDRS));

        assertThat(release(held(first, Reason.POLICY_REFUSED), RELEASE)).containsExactly(RecordingDelivery.ACCEPTED);

        RecordingDelivery.Sent sent = road.sent().getFirst();
        assertThat(road.sent()).hasSize(1);
        assertThat(sent.recipients()).containsExactly("bob@partner.example");
        assertThat(sent.envelope().parameters().ret()).contains(MailParameters.Ret.HDRS);
        assertThat(sent.unit()).isInstanceOf(Sendable.Sealed.class);
        assertThat(new String(sent.octets(), StandardCharsets.ISO_8859_1) + sent.trace())
                .doesNotContain("X-Postseal-Held", "X-Postseal-Release");
        assertThat(road.audited(AuditEvent.RecipientDone::release))
                .containsExactly(Optional.of(new AuditEvent.Release(ID, "root", "asked for by phone")));
        assertThat(road.audited(done -> done.decision().rule())).containsExactly("out");
        assertThat(road.audited(done -> done.decision().steps().getFirst()))
                .containsExactly("released: rule hold does not hold it for POLICY_REFUSED");
    }

    /** The listener may be trusted; who sent the message the first time was not. */
    @Test
    void itIsNotSignedForSomebodyOutside() throws IOException {
        Letter forged = Letter.inbound(LMTP, Parties.ANNA)
                .from(new ReversePath.Mailbox(Parties.ALICE))
                .untrusted();

        assertThat(release(held(forged, Reason.POLICY_REFUSED), RELEASE)).containsExactly(RecordingDelivery.ACCEPTED);

        assertThat(road.sent().getFirst().unit()).isInstanceOf(Sendable.Untouched.class);
        assertThat(road.sent().getFirst().octets()).isEqualTo(TestRoad.octets(MESSAGE));
        assertThat(road.audited(done -> done.decision().direction())).containsExactly("inbound");
    }

    @Test
    void whoMayNotRelayMayNotByARelease() throws IOException {
        Letter stranger = Letter.inbound(LMTP, Parties.BOB).untrusted();
        assertThat(release(held(stranger, Reason.POLICY_REFUSED), RELEASE))
                .containsExactly(Reply.of(Reason.RELAY_DENIED));
        assertThat(road.sent()).isEmpty();
    }

    @Test
    void noClearCopyLeavesWhereEncryptionIsDemanded() throws IOException {
        assertThat(release(held(Letter.submitted(LMTP, Parties.NOBODY), Reason.POLICY_REFUSED), RELEASE))
                .containsExactly(Reply.of(Reason.NO_RECIPIENT_CERTIFICATE));
        assertThat(road.sent()).isEmpty();
    }

    @Test
    void itIsNotHeldTwice() throws IOException {
        HeldCopy copy = held(Letter.submitted(LMTP, Parties.BOB), Reason.INVALID_SIGNATURE);
        assertThat(release(copy, RELEASE))
                .containsExactly(
                        Reply.of(550, "5.7.1", "Not released: it would be held again, POLICY_REFUSED by rule hold"));
        assertThat(road.sent()).isEmpty();
        assertThat(road.audited(done -> done.decision().reason())).containsExactly(Optional.of("RELEASE_REFUSED"));
    }

    /** Whatever the policy demands, mail leaves as it came while it is only observed. */
    @Test
    void nothingIsReleasedWhileThePolicyIsOnlyObserved() throws IOException {
        RuleSet rules = TestRoad.rules("{ id: out, when: { direction: outbound }, then: { encrypt: required } }");
        TestRoad observing = new TestRoad(
                true, new PolicyInForce(rules, Optional.empty(), Optional.of(rules.observe()), Parties.STORE));
        HeldCopy copy = held(Letter.submitted(LMTP, Parties.NOBODY), Reason.NO_RECIPIENT_CERTIFICATE);

        List<Reply> replies;
        try (Spool.Scope scope = new Spool.Factory().open()) {
            replies = new Releases(observing.road(), KEY, NOW).receive(hands(copy), handed(copy), scope);
        }

        assertThat(replies)
                .containsExactly(Reply.of(550, "5.7.1", "Not released: the policy is only observed, not enforced"));
        assertThat(observing.sent()).isEmpty();
    }

    @Test
    void whatIsNoReleaseIsRefusedByName() throws IOException {
        HeldCopy copy = held(Letter.submitted(LMTP, Parties.BOB), Reason.POLICY_REFUSED);
        byte[] wish = new ReleaseSeal(KEY).field(RELEASE, Parties.NOW);
        byte[] token = field(KEY, copy);
        HeldCopy old = new HeldCopy(ID, Parties.NOW, copy.reason(), copy.rules(), copy.policy(), copy.envelope());
        Envelope hands = hands(copy);

        refused(hands, "the message is no held mail: it has no field X-Postseal-Held", wish, octets(MESSAGE));
        refused(hands, "nobody asks for it: no field X-Postseal-Release", token, octets(MESSAGE));
        refused(hands, "nobody asks for it: no field X-Postseal-Release", octets(MESSAGE));
        refused(
                hands,
                "X-Postseal-Release is of another key",
                new ReleaseSeal(secret('o')).field(RELEASE, Parties.NOW),
                token,
                octets(MESSAGE));
        refused(
                hands,
                "X-Postseal-Release was written at 2026-11-24T11:49:00Z and counts for 10 minutes",
                new ReleaseSeal(KEY).field(RELEASE, Parties.NOW.minus(Duration.ofMinutes(11))),
                token,
                octets(MESSAGE));
        refused(
                hands,
                "X-Postseal-Release is about another copy",
                new ReleaseSeal(KEY).field(new Release("00", "root", "why"), Parties.NOW),
                token,
                octets(MESSAGE));
        refused(
                hands,
                "the message was held by a gateway with another key, or of a later version",
                wish,
                field(secret('o'), copy),
                octets(MESSAGE));
        refused(hands, "the message was altered since it was held", wish, token, octets(MESSAGE + "more\r\n"));
        refused(hands, "the message has expired", wish, field(KEY, old), octets(MESSAGE));
        refused(
                hands(held(Letter.submitted(LMTP, Parties.CARL), copy.reason())),
                "MAIL and RCPT are not those of the held copy",
                wish,
                token,
                octets(MESSAGE));
        assertThat(road.sent()).isEmpty();
        assertThat(road.audited(done -> done.decision().reason()))
                .hasSize(10)
                .containsOnly(Optional.of("RELEASE_REFUSED"));
        // Whoever asks with our key is on record, whatever comes of it.
        assertThat(road.audited(
                        done -> done.release().map(AuditEvent.Release::held).orElse("-")))
                .containsExactly(ID, "-", "-", "-", "-", "00", ID, ID, ID, ID);
    }

    @Test
    void nobodyLooksIntoWhatHasEndedTheProcess() throws IOException {
        HeldCopy copy = held(Letter.submitted(LMTP, Parties.BOB), Reason.POISON);
        refused(
                hands(copy),
                Reason.POISON.auditText(),
                new ReleaseSeal(KEY).field(RELEASE, Parties.NOW),
                field(KEY, copy),
                octets(MESSAGE));
        assertThat(new Releases(road.road(), KEY, NOW)
                        .receiveUnread(hands(copy), RawMessage.of(octets(MESSAGE)), Reason.POISON, true))
                .containsExactly(Reply.of(Reason.POISON));
        assertThat(road.sent()).isEmpty();
    }

    /** A session may still be open when the section {@code held} and the listener are gone. */
    @Test
    void withoutTheSectionHeldItsListenerTakesNothing() {
        RuleSet rules = TestRoad.rules();
        Optional<Observation> observed = Optional.of(rules.observe());
        for (Optional<Observation> observation : List.of(Optional.<Observation>empty(), observed)) {
            TestRoad bare = new TestRoad(true, new PolicyInForce(rules, Optional.empty(), observation, Parties.STORE));
            HeldCopy copy = held(Letter.submitted(LMTP, Parties.BOB), Reason.POLICY_REFUSED);
            assertThat(bare.send(hands(copy), RawMessage.of(octets(MESSAGE))))
                    .containsExactly(Reply.of(Reason.RELEASE_REFUSED));
            assertThat(bare.sent()).isEmpty();
        }
    }

    /** Whatever stands in its fields, other mail is not a release. */
    @Test
    void otherListenersReleaseNothing() throws IOException {
        HeldCopy copy = held(Letter.submitted(LMTP, Parties.BOB), Reason.POLICY_REFUSED);
        assertThat(send(
                        Letter.submitted(LMTP, Parties.BOB).envelope(),
                        new ReleaseSeal(KEY).field(RELEASE, Parties.NOW),
                        field(KEY, copy),
                        octets(MESSAGE)))
                .containsExactly(RecordingDelivery.ACCEPTED);
        assertThat(road.sent().getFirst().recipients()).containsExactly("quarantine@example.com");
        assertThat(road.sent().getFirst().octets()).isEqualTo(octets(MESSAGE));
        assertThat(road.audited(AuditEvent.RecipientDone::release)).containsExactly(Optional.empty());
        assertThat(road.audited(done -> done.decision().word())).containsExactly("redirect");
    }

    private static HeldCopy held(Letter first, Reason reason) {
        List<String> rules =
                first.recipients().stream().map((MailAddress _) -> "hold").toList();
        return new HeldCopy(ID, Parties.NOW.plus(Duration.ofDays(1)), reason, rules, "00ff", first.envelope());
    }

    private static byte[] field(Secret key, HeldCopy copy) throws IOException {
        return new HeldSeal(key).field(copy, RawMessage.of(octets(MESSAGE))).orElseThrow();
    }

    /** Returns the envelope with which the command hands it over. */
    private static Envelope hands(HeldCopy copy) {
        return new Letter(
                        LMTP,
                        Peer.Role.RELEASE,
                        true,
                        copy.envelope().reversePath(),
                        copy.envelope().recipients().stream()
                                .map(recipient -> recipient.address())
                                .toList(),
                        Optional.empty(),
                        MailParameters.NONE)
                .envelope();
    }

    private List<Reply> release(HeldCopy copy, Release release) throws IOException {
        return send(hands(copy), new ReleaseSeal(KEY).field(release, Parties.NOW), field(KEY, copy), octets(MESSAGE));
    }

    /** Returns what the command hands over. */
    private static RawMessage handed(HeldCopy copy) throws IOException {
        return RawMessage.join(List.of(
                RawMessage.of(new ReleaseSeal(KEY).field(RELEASE, Parties.NOW)),
                RawMessage.of(field(KEY, copy)),
                RawMessage.of(octets(MESSAGE))));
    }

    private void refused(Envelope hands, String why, byte[]... parts) {
        assertThat(send(hands, parts)).singleElement().satisfies(reply -> {
            assertThat(reply.code()).isEqualTo(550);
            assertThat(String.join(" ", reply.lines())).isEqualTo("Not released: " + why);
        });
    }

    private List<Reply> send(Envelope envelope, byte[]... parts) {
        RawMessage message =
                RawMessage.join(List.of(parts).stream().map(RawMessage::of).toList());
        try (Spool.Scope scope = new Spool.Factory().open()) {
            return new Releases(road.road(), KEY, NOW).receive(envelope, message, scope);
        }
    }

    private static byte[] octets(String text) {
        return TestRoad.octets(text);
    }

    private static Secret secret(char digit) {
        return Secret.of(String.valueOf(digit).repeat(32).getBytes(StandardCharsets.US_ASCII));
    }

    private static final InstantSource NOW = InstantSource.fixed(Parties.NOW);
}
