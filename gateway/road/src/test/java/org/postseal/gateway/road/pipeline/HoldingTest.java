package org.postseal.gateway.road.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.gateway.road.pipeline.TestRoad.LMTP;
import static org.postseal.gateway.road.pipeline.TestRoad.octets;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.Secret;
import org.postseal.gateway.mail.Envelope;
import org.postseal.gateway.mail.Intake;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.mail.held.HeldCopy;
import org.postseal.gateway.mail.held.HeldOpening;
import org.postseal.gateway.mail.held.HeldSeal;
import org.postseal.gateway.smtp.Reply;
import org.postseal.policy.outcome.Reason;

/** Tests what copies for the quarantine carry where they can be released. */
class HoldingTest {
    private static final HeldSeal SEAL =
            new HeldSeal(Secret.of("0123456789abcdef0123456789abcdef".getBytes(StandardCharsets.US_ASCII)));
    private static final String MESSAGE = "From: bob@partner.example\r\nSubject: x\r\n\r\nhello\r\n";

    @Test
    void theCopyCarriesTheMessageAndItsEnvelope() throws IOException {
        TestRoad road = road("{ id: bad, when: { recipient: [alice@example.com, anna@example.com] }, then: redirect }");
        Letter letter = Letter.inbound(LMTP, Parties.ALICE, Parties.ADAM, Parties.ANNA);

        assertThat(road.send(letter, MESSAGE)).allMatch(Reply::isPositive).hasSize(3);

        RecordingDelivery.Sent sent = road.sent().getFirst();
        HeldOpening.Opened opened = open(sent);
        assertThat(opened.original().toByteArray()).isEqualTo(octets(MESSAGE));
        HeldCopy copy = opened.copy();
        assertThat(note(sent))
                .isEqualTo("X-Postseal-Quarantine: held " + copy.id()
                        + "; POLICY_REFUSED; for alice@example.com, anna@example.com");
        assertThat(copy.id()).matches("[0-9a-f]{32}");
        assertThat(copy.expires()).isEqualTo(Parties.NOW.plus(Duration.ofDays(5)));
        assertThat(copy.reason()).isEqualTo(Reason.POLICY_REFUSED);
        assertThat(copy.rules()).containsExactly("bad", "bad");
        assertThat(copy.rule(Parties.ANNA)).isEqualTo("bad");
        Envelope came = letter.envelope();
        assertThat(copy.envelope())
                .usingRecursiveComparison()
                .ignoringFieldsOfTypes(Intake.class)
                .isEqualTo(new Envelope(
                        came.queueId(),
                        came.reversePath(),
                        List.of(came.recipients().getFirst(), came.recipients().get(2)),
                        came.parameters(),
                        came.peer(),
                        came.received(),
                        came.intake()));
        // Nobody else's copy has the field.
        assertThat(road.sent().get(1).trace()).doesNotContain(HeldSeal.NAME, "X-Postseal-Quarantine");
    }

    @Test
    void aMessageThatNobodyMayLookIntoIsHeldAsItCame() throws IOException {
        TestRoad road = road("{ id: e, when: always, then: { encrypt: required } }");
        byte[] octets = octets("\0: \r\nX-Postseal-Held: 1\r\nno field\nat all");

        road.road()
                .receiveUnread(
                        Letter.submitted(LMTP, Parties.BOB).envelope(), RawMessage.of(octets), Reason.POISON, true);

        HeldOpening.Opened opened = open(road.sent().getFirst());
        assertThat(opened.original().toByteArray()).isEqualTo(octets);
        assertThat(opened.copy().reason()).isEqualTo(Reason.POISON);
        assertThat(opened.copy().rules()).containsExactly("");
    }

    /** The field stands below the note, and is looked for only so far from the top. */
    @Test
    void theNoteNamesAFewOfVeryMany() throws IOException {
        TestRoad road = road("{ id: bad, when: always, then: redirect }");
        MailAddress[] all = IntStream.range(0, 1000)
                .mapToObj(i -> MailAddress.of("p" + i + "@" + "x".repeat(40) + ".example.com"))
                .toArray(MailAddress[]::new);

        road.send(Letter.inbound(LMTP, all), MESSAGE);

        assertThat(open(road.sent().getFirst()).copy().envelope().recipients()).hasSize(1000);
        assertThat(note(road.sent().getFirst())).endsWith(", p19@" + "x".repeat(40) + ".example.com and 980 more");
    }

    private static String note(RecordingDelivery.Sent sent) {
        return sent.trace().replace("\r\n ", " ").lines().toList().getFirst();
    }

    @Test
    void aCopyThatComesBackIsAMessageLikeAnyOther() throws IOException {
        TestRoad road = road("{ id: bad, when: always, then: redirect }");
        road.send(Letter.inbound(LMTP, Parties.ALICE), MESSAGE);
        RecordingDelivery.Sent first = road.sent().getFirst();

        road.send(Letter.inbound(LMTP, Parties.ALICE), first.trace() + MESSAGE);

        HeldOpening.Opened second = open(road.sent().get(1));
        assertThat(second.copy().id()).isNotEqualTo(open(first).copy().id());
        assertThat(new String(second.original().toByteArray(), StandardCharsets.US_ASCII))
                .doesNotContain("X-Postseal")
                .endsWith(MESSAGE);
    }

    private static TestRoad road(String... rules) {
        return TestRoad.holding(new Holding(SEAL, Duration.ofDays(5)), rules);
    }

    private static HeldOpening.Opened open(RecordingDelivery.Sent sent) throws IOException {
        RawMessage copy = RawMessage.join(List.of(RawMessage.of(octets(sent.trace())), RawMessage.of(sent.octets())));
        return (HeldOpening.Opened) SEAL.open(copy, Parties.NOW);
    }
}
