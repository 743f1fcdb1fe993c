package org.postseal.gateway.road.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.gateway.road.pipeline.TestRoad.LMTP;
import static org.postseal.gateway.road.pipeline.TestRoad.octets;
import static org.postseal.gateway.road.pipeline.TestRoad.toAll;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.certstore.MailAddress;
import org.postseal.gateway.mail.Budget;
import org.postseal.gateway.mail.HeaderBlock;
import org.postseal.gateway.mail.HeaderWriter;
import org.postseal.gateway.mail.Parsed;
import org.postseal.gateway.mail.Peer;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.smime.Sendable;
import org.postseal.gateway.smtp.Reply;
import org.postseal.policy.deciding.RuleSet;
import org.postseal.policy.outcome.Reason;

/** A copy that comes back as it left is refused. Anything that is not the same copy passes. */
class LoopMarksTest {
    private static final LoopStamp STAMP = new LoopStamp(octets("0123456789abcdef"));
    private static final LoopMarks MARKS = new LoopMarks(
            Optional.of(STAMP), Optional.of(HeaderWriter.unstructured("X-Gateway-Done", "s3cret-of-sixteen")));
    private static final String SIGNS = "{ id: s, when: always, then: { sign: required } }";
    private static final String REDIRECTS = "{ id: q, when: always, then: { redirect: quarantine@example.com } }";
    private static final String RELAYS = "{ id: r, when: always, then: { sign: never, encrypt: never } }";

    private final TestRoad road = road(MARKS, RELAYS);

    @ParameterizedTest
    @ValueSource(strings = {RELAYS, SIGNS})
    void copyThatComesBackIsALoop(String rule) {
        TestRoad first = road(MARKS, rule);

        byte[] back = back(first, Letter.submitted(LMTP, Parties.BOB, Parties.ANNA), toAll("bob@partner.example"));

        // The recipients are in another order and written differently.
        assertThat(first.send(
                        Letter.submitted(LMTP, Parties.ANNA, MailAddress.of("bob@PARTNER.example")),
                        RawMessage.of(back)))
                .containsExactly(Reply.of(Reason.MAIL_LOOP), Reply.of(Reason.MAIL_LOOP));
        assertThat(first.sent()).hasSize(1);
    }

    @Test
    void redirectedCopyThatComesBackIsALoop() {
        TestRoad first = road(MARKS, REDIRECTS);

        byte[] back = back(first, Letter.submitted(LMTP, Parties.BOB), toAll("bob@partner.example"));

        assertThat(first.send(Letter.submitted(LMTP, MailAddress.of("quarantine@example.com")), RawMessage.of(back)))
                .containsExactly(Reply.of(Reason.MAIL_LOOP));
    }

    /** A stamp on it would tell somebody who has its header section from a bounce whether they guess its text. */
    @Test
    void openedCopyHasNoStampAndIsALoopOneTurnLater() throws Exception {
        TestRoad first = road(MARKS, "{ id: o, when: always, then: { decrypt: ifPossible } }");
        Letter letter = Letter.inbound(LMTP, Parties.ALICE);
        String secret = SpoofForge.FROM_BOB + "Content-Type: text/plain; charset=us-ascii\r\n\r\nYour PIN is 4711.\r\n";

        first.send(letter, RawMessage.of(SealedCopy.encrypt(SealedCopy.GCM, secret, Parties.ALICE)));

        assertThat(first.sent().getLast().unit()).isInstanceOf(Sendable.Opened.class);
        assertThat(first.sent().getLast().trace())
                .startsWith("X-Gateway-Done: s3cret-of-sixteen\r\n")
                .doesNotContain(LoopStamp.NAME);
        byte[] back = back(first, letter, text(returned(first)));
        assertThat(first.send(letter, RawMessage.of(back))).containsExactly(Reply.of(Reason.MAIL_LOOP));
    }

    /** Nor has a closed one in the same form. */
    @Test
    void aCopyThatNoKeyOpensHasNoStampEither() throws Exception {
        TestRoad first = road(MARKS, "{ id: o, when: always, then: { decrypt: ifPossible } }");

        first.send(Letter.inbound(LMTP, Parties.ALICE), RawMessage.of(SenderReportsTest.wronglyPadded()));

        assertThat(first.sent().getLast().trace())
                .startsWith("X-Gateway-Done: s3cret-of-sixteen\r\n")
                .doesNotContain(LoopStamp.NAME);
    }

    @Test
    void anotherNodeWithTheKeyKnowsIt() {
        byte[] back = back(road, Letter.submitted(LMTP, Parties.BOB), toAll("bob@partner.example"));

        assertThat(road(new LoopMarks(Optional.of(new LoopStamp(octets("0123456789abcdef"))), Optional.empty()), SIGNS)
                        .send(Letter.submitted(LMTP, Parties.BOB), RawMessage.of(back)))
                .containsExactly(Reply.of(Reason.MAIL_LOOP));
    }

    @Test
    void whatIsNotThatCopyGoesOn() {
        Letter letter = Letter.submitted(LMTP, Parties.BOB);
        String message = toAll("bob@partner.example");
        byte[] back = back(road, letter, message);

        passes(road, Letter.submitted(LMTP, Parties.ANNA), back);
        passes(road, Letter.submitted(LMTP, Parties.BOB, Parties.ANNA), back);
        // One gateway of ours may sign, and another open.
        passes(road, inbound(Parties.BOB), back);
        passes(road, letter, (text(back) + "a footer\r\n").getBytes(StandardCharsets.ISO_8859_1));
        passes(
                road(
                        new LoopMarks(Optional.of(new LoopStamp(octets("another key of mine"))), Optional.empty()),
                        RELAYS),
                letter,
                back);
        // A retry of the upstream never carries a stamp.
        passes(road, letter, octets(message));
    }

    @ParameterizedTest
    @CsvSource({"0, true", "6, true", "7, false", "-1, true", "-2, false"})
    void stampHoldsForDays(int days, boolean holds) throws Exception {
        RawMessage copy = RawMessage.of(octets(toAll("bob@partner.example")));
        List<MailAddress> recipients = List.of(Parties.BOB);
        byte[] field = STAMP.field(copy, Peer.Role.BOTH, recipients, Parties.NOW);
        RawMessage back = RawMessage.join(List.of(RawMessage.of(field), copy));

        assertThat(STAMP.isOn(header(back), back, Peer.Role.BOTH, recipients, Parties.NOW.plus(Duration.ofDays(days))))
                .isEqualTo(holds);
    }

    @Test
    void oneStampLeavesWhateverCame() {
        Letter letter = Letter.submitted(LMTP, Parties.BOB);
        String message = toAll("bob@partner.example");
        String forged = "X-Postseal-Stamp: 20780 AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA\r\nx-gateway-done:"
                + " yes\r\nX-Gateway-Done\r\n : yes\r\nX-Gateway-Done: s3cret-of-sixteen\r\n";

        passes(road, letter, octets(forged + message));

        RecordingDelivery.Sent sent = road.sent().getLast();
        assertThat(sent.octets()).isEqualTo(octets(message));
        assertThat(sent.trace())
                .matches("X-Gateway-Done: s3cret-of-sixteen\r\n"
                        + "X-Postseal-Stamp: 20781 [A-Za-z0-9_-]{43}\r\nReceived: [^X]*");
    }

    @Test
    void whatIsOnlyObservedHasTheFieldForExchangeAndNoStamp() {
        RuleSet rules = TestRoad.rules(SIGNS);
        TestRoad observed = new TestRoad(
                true, new PolicyInForce(rules, Optional.empty(), Optional.of(rules.observe()), Parties.STORE), MARKS);
        passes(observed, Letter.submitted(LMTP, Parties.BOB), octets(toAll("bob@partner.example")));
        RecordingDelivery.Sent sent = observed.sent().getLast();
        assertThat(text(sent.envelope().traceFields()))
                .startsWith("X-Gateway-Done: s3cret-of-sixteen\r\nReceived: ")
                .doesNotContain(LoopStamp.NAME);
    }

    @Test
    void withoutAKeyNothingIsStamped() {
        TestRoad plain = road(LoopMarks.NONE, RELAYS);

        byte[] back = back(plain, Letter.submitted(LMTP, Parties.BOB), toAll("bob@partner.example"));

        assertThat(text(back)).doesNotContain("X-Postseal").doesNotContain("X-Gateway");
        passes(plain, Letter.submitted(LMTP, Parties.BOB), back);
    }

    private static TestRoad road(LoopMarks marks, String rule) {
        return new TestRoad(true, new PolicyInForce(TestRoad.rules(rule), Parties.STORE), marks);
    }

    private static Letter inbound(MailAddress to) {
        Letter letter = Letter.submitted(LMTP, to);
        return new Letter(
                letter.protocol(),
                Peer.Role.INBOUND,
                letter.isTrusted(),
                letter.from(),
                letter.recipients(),
                letter.xforward(),
                letter.parameters());
    }

    /** Sends a message, and returns what the next hop was given, as it comes back from there. */
    private static byte[] back(TestRoad road, Letter letter, String message) {
        passes(road, letter, octets(message));
        return returned(road);
    }

    private static byte[] returned(TestRoad road) {
        RecordingDelivery.Sent sent = road.sent().getLast();
        ByteArrayOutputStream back = new ByteArrayOutputStream();
        back.writeBytes(octets("Received: from gw.example.com by mx.example.com with SMTP id 4XYZ;\r\n Tue,"
                + " 24 Nov 2026 12:00:01 +0000\r\n"));
        back.writeBytes(sent.envelope().traceFields());
        back.writeBytes(sent.octets());
        return back.toByteArray();
    }

    private static void passes(TestRoad road, Letter letter, byte[] message) {
        assertThat(road.send(letter, RawMessage.of(message))).containsOnly(RecordingDelivery.ACCEPTED);
    }

    private static HeaderBlock header(RawMessage message) throws IOException {
        return switch (HeaderBlock.read(message, Budget.standard())) {
            case Parsed.Success<HeaderBlock>(HeaderBlock header) -> header;
            case Parsed.Refused<HeaderBlock> refused -> throw new AssertionError(refused);
        };
    }

    private static String text(byte[] octets) {
        return new String(octets, StandardCharsets.ISO_8859_1);
    }
}
