package org.postseal.gateway.road.pipeline;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.gateway.road.pipeline.TestRoad.LMTP;
import static org.postseal.gateway.road.pipeline.TestRoad.SMTP;

import java.io.IOException;
import java.math.BigInteger;
import java.util.Collection;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.certstore.MailAddress;
import org.postseal.gateway.smime.Sendable;
import org.postseal.gateway.smtp.Reply;
import org.postseal.policy.facts.DirectoryFacts.Membership;
import org.postseal.policy.outcome.Reason;
import org.postseal.policy.people.DirectoryGroup;

/** Checks which recipients share an encrypted copy, and who can read it. */
class SealedUnitsTest {
    private static final String ENCRYPT = "{ id: enc, when: { direction: outbound }, then: { encrypt: required } }";
    private static final String IF_POSSIBLE =
            "{ id: enc, when: { direction: outbound }, then: { encrypt: ifPossible } }";

    @Test
    void visibleRecipientsShareOneCopyThatBothCanRead() throws IOException {
        TestRoad road = new TestRoad(ENCRYPT);
        String message = TestRoad.message(
                "From: alice@example.com\nTo: Bob <bob@partner.example>\nCc: carl@partner.example\n", "Hello\n");

        assertThat(road.send(Letter.submitted(LMTP, Parties.BOB, Parties.CARL), message))
                .containsExactly(RecordingDelivery.ACCEPTED, RecordingDelivery.ACCEPTED);

        assertThat(road.sent()).hasSize(1);
        RecordingDelivery.Sent sent = road.sent().getFirst();
        assertThat(sent.unit()).isInstanceOf(Sendable.Sealed.class);
        assertThat(sent.recipients()).containsExactly("bob@partner.example", "carl@partner.example");
        assertThat(SealedCopy.readers(sent.octets())).isEqualTo(SealedCopy.serials(Parties.BOB, Parties.CARL));
        byte[] inside = TestRoad.octets(message.replace("charset=us-ascii", "charset=us-ascii;\r\n\thp=\"cipher\""));
        assertThat(SealedCopy.open(sent.octets(), Parties.BOB)).isEqualTo(inside);
        assertThat(SealedCopy.open(sent.octets(), Parties.CARL)).isEqualTo(inside);
    }

    @Test
    void eachBccRecipientHasACopyOfItsOwnAndNoCopyNamesAnother() {
        TestRoad road = new TestRoad(ENCRYPT);
        Letter letter = Letter.submitted(LMTP, Parties.CARL, Parties.BOB, Parties.DORA);

        road.send(letter, TestRoad.toAll("bob@partner.example"));

        assertThat(sentTo(road))
                .containsExactly(
                        List.of("carl@partner.example"),
                        List.of("bob@partner.example"),
                        List.of("dora@partner.example"));
        assertThat(readers(road))
                .containsExactly(
                        SealedCopy.serials(Parties.CARL),
                        SealedCopy.serials(Parties.BOB),
                        SealedCopy.serials(Parties.DORA));
        assertThat(road.audited(done -> done.delivery().unit()))
                .containsExactly(Optional.of(1), Optional.of(2), Optional.of(3));
        assertThat(road.audited(done -> done.protection().certificates()))
                .containsExactly(used(Parties.CARL), used(Parties.BOB), used(Parties.DORA));
    }

    /**
     * A program that submits mail itself may leave the fields in (RFC 5322 §3.6.3). The fields that a rule adds come
     * first.
     */
    @ParameterizedTest
    @ValueSource(strings = {"encrypt: required", "sign: required", "sign: required, encrypt: required"})
    void noCopyThatIsMadeHasABccField(String then) {
        TestRoad road = new TestRoad("{ id: all, when: { direction: outbound }, then: { " + then
                + ", addHeader: { name: X-Kept, value: yes } } }");
        String message = TestRoad.message("""
                bcc: dora@partner.example
                From: Alice <alice@example.com>
                To: carl@partner.example
                BCC: bob@partner.example,
                 dora@partner.example
                Resent-Bcc: bob@partner.example
                Subject: A plan
                """, "Hello\n");

        road.send(Letter.submitted(LMTP, Parties.CARL, Parties.BOB, Parties.DORA), message);

        assertThat(road.sent()).isNotEmpty().allSatisfy(sent -> {
            String header = new String(sent.octets(), ISO_8859_1).split("\r\n\r\n", 2)[0];
            assertThat(header.lines().map(line -> line.replaceFirst(":.*", "")))
                    .contains("From", "To", "Subject", "X-Kept")
                    .doesNotContain("bcc", "BCC", " dora@partner.example", "Resent-Bcc");
        });
    }

    /** An MTA that expands an alias or a list keeps the address that the message was sent to (RFC 3461 §5.2.5). */
    @Test
    void whomAVisibleListWasExpandedToIsVisible() {
        TestRoad road = new TestRoad(ENCRYPT);
        Letter letter = Letter.submitted(LMTP, Parties.BOB, Parties.CARL, Parties.DORA)
                .original(Parties.BOB, "rfc822;Team+2Bone@Example.com")
                .original(Parties.CARL, "RFC822;team+2Bone@example.com")
                .original(Parties.DORA, "rfc822;hidden@example.com");

        road.send(letter, TestRoad.toAll("Team+one@example.com"));

        assertThat(sentTo(road))
                .containsExactly(
                        List.of("bob@partner.example", "carl@partner.example"), List.of("dora@partner.example"));
        assertThat(readers(road))
                .containsExactly(SealedCopy.serials(Parties.BOB, Parties.CARL), SealedCopy.serials(Parties.DORA));
    }

    /** This is {@code virtual_alias_maps} with {@code bob: bob, carl}. */
    @Test
    void whoKeepsACopyOfAnothersMailIsNone() {
        TestRoad road = new TestRoad(ENCRYPT);
        Letter letter = Letter.submitted(LMTP, Parties.BOB, Parties.CARL)
                .original(Parties.BOB, "rfc822;bob@partner.example")
                .original(Parties.CARL, "rfc822;bob@partner.example");

        road.send(letter, TestRoad.toAll("bob@partner.example"));

        assertThat(readers(road)).containsExactly(SealedCopy.serials(Parties.BOB), SealedCopy.serials(Parties.CARL));
    }

    /** Exchange expands groups before a message reaches a connector. */
    @Test
    void whomTheDirectoryHasInAVisibleListIsVisible() {
        MailAddress team = MailAddress.of("team@example.com");
        GroupLookup groups = new GroupLookup() {
            @Override
            public Membership member(MailAddress who, DirectoryGroup group) {
                throw new IllegalStateException("no rule names a group");
            }

            @Override
            public boolean isListed(MailAddress who, Collection<MailAddress> addresses) {
                return addresses.contains(team) && !who.equals(Parties.DORA);
            }
        };
        TestRoad road = new TestRoad(groups, ENCRYPT);

        road.send(Letter.submitted(LMTP, Parties.BOB, Parties.CARL, Parties.DORA), TestRoad.toAll("team@example.com"));

        assertThat(readers(road))
                .containsExactly(SealedCopy.serials(Parties.BOB, Parties.CARL), SealedCopy.serials(Parties.DORA));
    }

    @Test
    void bccRecipientsShareWhatIsNotEncrypted() {
        TestRoad road = new TestRoad("{ id: sign, when: always, then: { sign: required } }");

        road.send(Letter.submitted(LMTP, Parties.BOB, Parties.CARL), TestRoad.toAll("bob@partner.example"));

        assertThat(sentTo(road)).containsExactly(List.of("bob@partner.example", "carl@partner.example"));
        assertThat(road.sent().getFirst().unit()).isInstanceOf(Sendable.Signed.class);
    }

    @Test
    void aRecipientGivenTwiceGetsOneCopyAndTwoReplies() {
        TestRoad road = new TestRoad(ENCRYPT);
        Letter letter = Letter.submitted(LMTP, Parties.BOB, Parties.CARL, Parties.BOB, Parties.CARL);

        // Bob is visible, and Carl gets a blind copy.
        List<Reply> replies = road.send(letter, TestRoad.toAll("bob@partner.example"));

        assertThat(replies).hasSize(4).containsOnly(RecordingDelivery.ACCEPTED);
        assertThat(sentTo(road))
                .containsExactly(
                        List.of("bob@partner.example", "bob@partner.example"),
                        List.of("carl@partner.example", "carl@partner.example"));
        assertThat(readers(road)).containsExactly(SealedCopy.serials(Parties.BOB), SealedCopy.serials(Parties.CARL));
    }

    @Test
    void overLmtpOnlyTheRecipientWithoutCertificateFails() {
        TestRoad road = new TestRoad(ENCRYPT);
        Letter letter = Letter.submitted(LMTP, Parties.BOB, Parties.NOBODY, Parties.CARL);

        assertThat(road.send(
                        letter, TestRoad.toAll("bob@partner.example, nobody@partner.example, carl@partner.example")))
                .containsExactly(
                        RecordingDelivery.ACCEPTED,
                        Reply.of(Reason.NO_RECIPIENT_CERTIFICATE),
                        RecordingDelivery.ACCEPTED);
        assertThat(sentTo(road)).containsExactly(List.of("bob@partner.example", "carl@partner.example"));
        assertThat(readers(road)).containsExactly(SealedCopy.serials(Parties.BOB, Parties.CARL));
    }

    @Test
    void overSmtpARejectStopsEverybodyWithOneReply() {
        TestRoad road = new TestRoad(ENCRYPT);

        assertThat(road.send(
                        Letter.submitted(SMTP, Parties.BOB, Parties.NOBODY), TestRoad.toAll("bob@partner.example")))
                .containsExactly(Reply.of(Reason.NO_RECIPIENT_CERTIFICATE), Reply.of(Reason.NO_RECIPIENT_CERTIFICATE));
        assertThat(road.delivery().unitsPerMessage()).isEmpty();
        assertThat(road.audited(done -> done.delivery().nextHopReply())).containsOnly(Optional.empty());
        assertThat(road.audited(done -> done.delivery().reply()))
                .containsOnly(Reply.of(Reason.NO_RECIPIENT_CERTIFICATE).toString());
    }

    @Test
    void overSmtpADeferStopsEverybodyAndComesBeforeAReject() {
        TestRoad road = new TestRoad(
                "{ id: no, when: { recipient: dora@partner.example }, then: reject }",
                "{ id: enc, when: always, then: { encrypt: required, onMissingCertificate: defer } }");
        Reply awaited = Reply.of(Reason.RECIPIENT_CERTIFICATE_AWAITED);
        String message = TestRoad.toAll("bob@partner.example");

        assertThat(road.send(Letter.submitted(SMTP, Parties.BOB, Parties.NOBODY), message))
                .containsExactly(awaited, awaited);
        assertThat(road.send(Letter.submitted(SMTP, Parties.DORA, Parties.NOBODY), message))
                .containsExactly(awaited, awaited);
        assertThat(road.send(Letter.submitted(SMTP, Parties.NOBODY, Parties.BOB, Parties.DORA), message))
                .containsExactly(awaited, awaited, awaited);
        assertThat(road.delivery().unitsPerMessage()).isEmpty();
    }

    @Test
    void whereEncryptionIsOptionalTheOtherFormIsAnotherUnit() {
        TestRoad road = new TestRoad(IF_POSSIBLE);
        String message = TestRoad.toAll("bob@partner.example, nobody@partner.example");

        road.send(Letter.submitted(LMTP, Parties.BOB, Parties.NOBODY), message);

        assertThat(sentTo(road)).containsExactly(List.of("bob@partner.example"), List.of("nobody@partner.example"));
        assertThat(road.sent().get(0).unit()).isInstanceOf(Sendable.Sealed.class);
        assertThat(road.sent().get(1).unit()).isInstanceOf(Sendable.Untouched.class);
        assertThat(road.sent().get(1).octets()).isEqualTo(TestRoad.octets(message));
        assertThat(road.sent().get(1).permitted()).containsExactly(Parties.NOBODY);
    }

    @Test
    void signedAndEncryptedIsSignedInside() throws IOException {
        TestRoad road = new TestRoad("{ id: both, when: always, then: { sign: required, encrypt: required } }");

        road.send(Letter.submitted(LMTP, Parties.BOB), TestRoad.toAll("bob@partner.example"));

        byte[] opened = SealedCopy.open(road.sent().getFirst().octets(), Parties.BOB);
        assertThat(SealedCopy.scan(opened).contentType().is("multipart", "signed"))
                .isTrue();
        assertThat(road.audited(done -> done.protection().certificates()))
                .containsExactly(List.of(
                        "sign:" + Parties.issued(Parties.ALICE).certificate().id(),
                        used(Parties.BOB).getFirst()));
    }

    private static List<String> used(MailAddress reader) {
        return List.of("encrypt:" + Parties.issued(reader).certificate().id());
    }

    private static List<List<String>> sentTo(TestRoad road) {
        return road.sent().stream().map(RecordingDelivery.Sent::recipients).toList();
    }

    private static List<Set<BigInteger>> readers(TestRoad road) {
        return road.sent().stream()
                .map(sent -> SealedCopy.readers(sent.octets()))
                .collect(Collectors.toList());
    }
}
