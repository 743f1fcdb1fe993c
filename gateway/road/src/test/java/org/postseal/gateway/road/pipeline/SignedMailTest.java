package org.postseal.gateway.road.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.gateway.road.pipeline.TestRoad.LMTP;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.x500.X500Name;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.PathEvidence;
import org.postseal.gateway.mail.Envelope;
import org.postseal.gateway.mail.Intake;
import org.postseal.gateway.mail.Login;
import org.postseal.gateway.mail.MailParameters;
import org.postseal.gateway.mail.Peer;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.mail.ReversePath;
import org.postseal.gateway.smime.Sendable;
import org.postseal.gateway.smime.SignatureVerdict;
import org.postseal.gateway.smime.SignatureVerifier;
import org.postseal.gateway.smtp.Reply;
import org.postseal.policy.outcome.Reason;

/** Checks whose mail is signed, and whose never is. */
class SignedMailTest {
    private static final String REQUIRED = "{ id: sign, when: always, then: { sign: required } }";
    private static final String IF_POSSIBLE = "{ id: sign, when: always, then: { sign: ifPossible } }";
    private static final Reply MAY_NOT = Reply.of(Reason.ORIGIN_MAY_NOT_SIGN);

    @Test
    void ourOwnMailIsSignedWithTheKeyOfItsFrom() throws Exception {
        TestRoad road = new TestRoad(REQUIRED);

        road.send(Letter.submitted(LMTP, Parties.BOB), TestRoad.toAll("bob@partner.example"));

        RecordingDelivery.Sent sent = road.sent().getFirst();
        assertThat(sent.unit()).isInstanceOf(Sendable.Signed.class);
        SignatureVerdict verdict = new SignatureVerifier()
                .verify(SealedCopy.scan(sent.octets()), Optional.of(Parties.ALICE), Parties.STORE, Parties.NOW);
        assertThat(verdict)
                .isInstanceOfSatisfying(
                        SignatureVerdict.Valid.class,
                        valid -> assertThat(valid.signer())
                                .isEqualTo(Parties.issued(Parties.ALICE).certificate()));
        assertThat(road.audited(done -> done.protection().certificates()))
                .containsExactly(List.of(
                        "sign:" + Parties.issued(Parties.ALICE).certificate().id()));
        assertThat(road.audited(done -> done.protection().added())).containsExactly("signed SHA256");
    }

    /** Otherwise everybody who may submit would have the key of each colleague. */
    @ParameterizedTest
    @ValueSource(strings = {"anna@example.com", "mallory@evil.example", "alice@mail.example.com"})
    void whoeverSubmitsAsAnotherSignsNothing(String address) {
        Letter letter = Letter.submitted(LMTP, Parties.BOB).from(new ReversePath.Mailbox(MailAddress.of(address)));
        String message = TestRoad.toAll("bob@partner.example");
        TestRoad required = new TestRoad(REQUIRED);
        TestRoad possible = new TestRoad(IF_POSSIBLE);

        assertThat(required.send(letter, message)).containsExactly(MAY_NOT);
        assertThat(required.sent()).isEmpty();
        possible.send(letter, message);
        assertThat(possible.audited(done -> done.protection().added())).containsExactly("clear");

        required.send(letter.answeredFor(), RawMessage.of(TestRoad.octets(message)));
        assertThat(required.sent().getFirst().unit()).isInstanceOf(Sendable.Signed.class);
    }

    @Test
    void theRecordSaysWhatTheVerdictOnTheKeyRestsOn() throws Exception {
        TestRoad road = new TestRoad(REQUIRED);
        road.send(Letter.submitted(LMTP, Parties.BOB), TestRoad.toAll("bob@partner.example"));
        List<PathEvidence> validations =
                road.audited(done -> done.protection().validations()).getFirst();
        assertThat(validations).hasSize(1);
        List<PathEvidence.Part> parts = validations.getFirst().parts();
        assertThat(parts).hasSize(3);
        assertThat(parts.getFirst().certificate())
                .isEqualTo(Parties.issued(Parties.ALICE).certificate());
        assertThat(parts.getFirst().revocation())
                .containsExactly(new PathEvidence.Revocation.Unanswered("revocation is not asked for"));
        assertThat(parts.getLast().revocation())
                .containsExactly(new PathEvidence.Revocation.Unanswered("trust anchor"));
    }

    @Test
    void mailFromOutsideThatSaysItIsFromInsideIsNeverSigned() {
        String forged = TestRoad.toAll("bob@partner.example");
        Letter letter = Letter.inbound(LMTP, Parties.ANNA, Parties.BOB);

        TestRoad lenient = new TestRoad(IF_POSSIBLE);
        assertThat(lenient.send(letter, forged))
                .containsExactly(RecordingDelivery.ACCEPTED, RecordingDelivery.ACCEPTED);
        assertThat(lenient.sent())
                .isNotEmpty()
                .allSatisfy(sent -> assertThat(sent.octets()).isEqualTo(TestRoad.octets(forged)));

        TestRoad strict = new TestRoad(REQUIRED);
        assertThat(strict.send(letter, forged)).containsExactly(MAY_NOT, MAY_NOT);
        assertThat(strict.sent()).isEmpty();
    }

    @Test
    void onAListenerForBothTheClientBehindThePeerDecides() {
        TestRoad road = new TestRoad(IF_POSSIBLE);
        for (String client : List.of("192.0.2.1", "198.51.100.7")) {
            Letter both = new Letter(
                    LMTP,
                    Peer.Role.BOTH,
                    true,
                    new ReversePath.Mailbox(Parties.ALICE),
                    List.of(Parties.BOB),
                    Optional.of(new Peer.Xforward(
                            Optional.empty(),
                            Optional.of(client),
                            Optional.empty(),
                            Optional.empty(),
                            Optional.empty(),
                            Optional.of("REMOTE"),
                            Optional.of("4ABC"))),
                    MailParameters.NONE);
            road.send(both, TestRoad.toAll("bob@partner.example"));
        }

        assertThat(road.sent().get(0).unit()).isInstanceOf(Sendable.Signed.class);
        assertThat(road.sent().get(1).unit()).isInstanceOf(Sendable.Untouched.class);
        assertThat(road.audited(done -> done.message().upstreamId())).containsOnly(Optional.of("4ABC"));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "From: alice@example.com\nFrom: anna@example.com\n",
                "From: alice@example.com\nFrom: alice@example.com\n",
                "From: alice@example.com, anna@example.com\n",
                "From: us: alice@example.com;\n",
                "From: bob@partner.example\n",
                "From:\n",
                "Subject: none\n"
            })
    void withoutExactlyOneFromOfOursARequiredSignatureIsRefused(String from) {
        TestRoad road = new TestRoad(REQUIRED);

        assertThat(road.send(
                        Letter.submitted(LMTP, Parties.BOB),
                        TestRoad.message(from + "To: bob@partner.example\n", "Hi\n")))
                .containsExactly(MAY_NOT);
        assertThat(road.sent()).isEmpty();
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "From: alice@example.com\nThis line is no field.\n",
                "From: alice@example.com\n: no name\n",
                ">From alice at noon\nFrom: alice@example.com\n",
                "From : alice@example.com\n"
            })
    void aMalformedHeaderIsNamedWhereItKeepsARequiredSignatureFromBeingMade(String header) {
        TestRoad road = new TestRoad(REQUIRED);

        assertThat(road.send(
                        Letter.submitted(LMTP, Parties.BOB),
                        TestRoad.message(header + "To: bob@partner.example\n", "Hi\n")))
                .containsExactly(Reply.of(Reason.HEADER_MALFORMED));
        assertThat(road.sent()).isEmpty();
    }

    @ParameterizedTest
    @CsvSource(
            quoteCharacter = '`',
            value = {
                "This line is no field. | HEADER_MALFORMED",
                "Subject: none | SENDER_NOT_ALLOWED",
                "From: bob@partner.example | SENDER_NOT_ALLOWED",
                // Some mail programs show the other author alone.
                "From: [<boss@example.com>] <alice@example.com> | SENDER_NOT_ALLOWED",
                "From: [,boss@example.com,] <alice@example.com> | SENDER_NOT_ALLOWED",
                "From: \"boss@example.com\"[boss@example.com] <alice@example.com> | SENDER_NOT_ALLOWED"
            },
            delimiter = '|')
    void whoHasLoggedInHearsWhyHisFromCannotBeRead(String header, Reason reason) {
        Envelope plain = Letter.submitted(LMTP, Parties.BOB).envelope();
        Peer peer = plain.peer();
        Peer known = new Peer(
                peer.address(),
                peer.greeting(),
                peer.listener(),
                peer.isTrusted(),
                peer.xforward(),
                peer.tls(),
                peer.proxy(),
                Optional.of(new Login("alice@example.com", Set.of(Parties.ALICE), Set.of(), false)));
        Envelope envelope = new Envelope(
                plain.queueId(),
                plain.reversePath(),
                plain.recipients(),
                plain.parameters(),
                known,
                plain.received(),
                Intake.now());
        String from = header.startsWith("From:") ? "" : "From: bob@partner.example\n";
        String message = TestRoad.message(from + header + "\n", "Hi\n");

        assertThat(new TestRoad(REQUIRED).send(envelope, RawMessage.of(TestRoad.octets(message))))
                .containsExactly(Reply.of(reason));
    }

    @Test
    void whoMayNotSubmitHearsThatWhateverHisHeaderIsLike() {
        TestRoad road = new TestRoad(REQUIRED);

        assertThat(road.send(
                        Letter.inbound(LMTP, Parties.BOB),
                        TestRoad.message("This line is no field.\nFrom: a@out.example\n", "Hi\n")))
                .containsExactly(MAY_NOT);
    }

    @Test
    void aSenderWithoutKeyIsRefusedWhereASignatureIsRequired() {
        TestRoad road = new TestRoad(REQUIRED);

        assertThat(road.send(
                        Letter.submitted(LMTP, Parties.BOB).from(new ReversePath.Mailbox(Parties.ADAM)),
                        TestRoad.message("From: adam@example.com\nTo: bob@partner.example\n", "Hi\n")))
                .containsExactly(Reply.of(Reason.NO_SIGNING_KEY));
    }

    @Test
    void eightBitTextIsMadeSevenBitBeforeItIsSigned() throws Exception {
        TestRoad road = new TestRoad(REQUIRED);
        String message = """
                From: alice@example.com
                To: bob@partner.example
                MIME-Version: 1.0
                Content-Type: text/plain; charset=iso-8859-1
                Content-Transfer-Encoding: 8bit

                Gr\u00fc\u00dfe
                """.replace("\n", "\r\n");

        road.send(Letter.submitted(LMTP, Parties.BOB), message);

        byte[] octets = road.sent().getFirst().octets();
        assertThat(octets).matches(all -> {
            for (byte octet : all) {
                if (octet < 0) {
                    return false;
                }
            }
            return true;
        });
        assertThat(SealedCopy.scan(octets)
                        .signedParts()
                        .orElseThrow()
                        .content()
                        .body()
                        .toByteArray())
                .isEqualTo(TestRoad.octets("Gr=FC=DFe\r\n"));
    }

    @Test
    void contentThatCannotBeMadeSevenBitIsRefusedByName() {
        TestRoad road = new TestRoad(REQUIRED);
        // message/partial may not be encoded (RFC 2046 §5.2.2).
        String message = """
                From: alice@example.com
                To: bob@partner.example
                MIME-Version: 1.0
                Content-Type: message/partial; id="1@a"; number=1
                Content-Transfer-Encoding: 8bit

                Subject: x

                Gr\u00fc\u00dfe
                """.replace("\n", "\r\n");

        assertThat(road.send(Letter.submitted(LMTP, Parties.BOB), message))
                .containsExactly(Reply.of(Reason.CONTENT_NOT_CONVERTIBLE));
        assertThat(road.sent()).isEmpty();
        assertThat(road.audited(done -> done.decision().reason()))
                .containsExactly(Optional.of("CONTENT_NOT_CONVERTIBLE"));
        assertThat(road.audited(done -> done.decision().detail()))
                .containsExactly(Optional.of("a part of a message type that may not be encoded is not 7-bit"));
    }

    @Test
    void aSignatureOfTheSenderStaysAndIsTheRequiredOne() throws Exception {
        TestRoad road = new TestRoad(REQUIRED);
        byte[] signed = SealedCopy.sign(TestRoad.toAll("bob@partner.example"), Parties.ALICE);

        road.send(Letter.submitted(LMTP, Parties.BOB), RawMessage.of(signed));

        assertThat(road.sent().getFirst().octets()).isEqualTo(signed);
        assertThat(road.audited(done -> done.protection().added())).containsExactly("kept");
    }

    @Test
    void aBrokenSignatureOfTheSenderIsNoSignature() throws Exception {
        TestRoad road = new TestRoad(REQUIRED);
        String signed = new String(
                SealedCopy.sign(TestRoad.toAll("bob@partner.example"), Parties.ALICE), StandardCharsets.ISO_8859_1);

        assertThat(road.send(Letter.submitted(LMTP, Parties.BOB), signed.replace("Hello", "Hallo")))
                .containsExactly(Reply.of(Reason.INVALID_SIGNATURE));
        assertThat(road.sent()).isEmpty();
    }

    @Test
    void aSignatureOfTheSenderThatNotEveryProgramReadsIsNotTheRequiredOne() throws Exception {
        String signed = new String(
                SealedCopy.sign(TestRoad.toAll("bob@partner.example"), Parties.ALICE), StandardCharsets.ISO_8859_1);
        String ambiguous = signed.replace("multipart/signed;", "multipart/signed (x);");
        assertThat(ambiguous).isNotEqualTo(signed);

        TestRoad strict = new TestRoad(REQUIRED);
        assertThat(strict.send(Letter.submitted(LMTP, Parties.BOB), ambiguous))
                .containsExactly(Reply.of(Reason.STRUCTURE_AMBIGUOUS));
        assertThat(strict.sent()).isEmpty();

        TestRoad lenient = new TestRoad(IF_POSSIBLE);
        lenient.send(Letter.submitted(LMTP, Parties.BOB), ambiguous);
        assertThat(lenient.sent().getFirst().octets()).isEqualTo(TestRoad.octets(ambiguous));
    }

    /** Anybody can write a SignerInfo whose certificate nobody has. */
    @ParameterizedTest
    @CsvSource({
        "'{ sign: required, encrypt: never }', bob@partner.example, STRUCTURE_AMBIGUOUS",
        "'{ encrypt: required, onMissingCertificate: sendSigned }', nobody@partner.example, NO_RECIPIENT_CERTIFICATE"
    })
    void aSignatureThatNobodyCanCheckMeetsNoDemand(String then, String to, Reason reason) throws Exception {
        String text = "Content-Type: text/plain; charset=us-ascii\r\n\r\nPay 100\r\n";
        SpoofForge.Signer alice = SpoofForge.Signer.of(Parties.ALICE);
        SpoofForge.Signer nobody = alice.as(SpoofForge.certificate(
                new X500Name("CN=nobody"),
                alice.key(),
                BigInteger.TEN,
                Parties.issued(Parties.ALICE),
                "alice@example.com"));
        String signed = SpoofForge.clearEntity(text, SpoofForge.signedData(text, false, List.of(nobody), List.of()));
        TestRoad road = new TestRoad("{ id: out, when: { direction: outbound }, then: " + then + " }");

        assertThat(road.send(
                        Letter.submitted(LMTP, MailAddress.of(to)),
                        RawMessage.of(TestRoad.octets("From: Alice <alice@example.com>\r\nTo: " + to
                                + "\r\nSubject: x\r\nMIME-Version: 1.0\r\n" + signed))))
                .containsExactly(Reply.of(reason));
    }
}
