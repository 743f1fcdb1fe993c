package org.postseal.gateway.road.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.gateway.road.pipeline.TestRoad.LMTP;

import java.nio.charset.StandardCharsets;
import java.security.SignatureException;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.cms.CMSAttributes;
import org.bouncycastle.asn1.cms.Time;
import org.bouncycastle.cms.CMSSignedData;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postseal.certstore.CertificateChoice;
import org.postseal.certstore.ForwardingKeyHandle;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.KeyPlace;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.SignatureScheme;
import org.postseal.gateway.mail.MimeEntity;
import org.postseal.gateway.mail.Peer;
import org.postseal.gateway.smtp.Reply;
import org.postseal.policy.outcome.Reason;

/** Single rules of preparing a message, seen at one recipient or at a group of two. */
class PreparationRulesTest {
    private static final String FROM_BOB =
            TestRoad.message("From: Bob <bob@partner.example>\nTo: alice@example.com\n", "Hello\n");

    @Test
    void theOnlyRecipientOfAnUntrustedPeerIsOneOfOurs() {
        TestRoad road = new TestRoad();

        assertThat(road.send(Letter.inbound(LMTP, Parties.CARL).untrusted(), FROM_BOB))
                .containsExactly(Reply.of(Reason.RELAY_DENIED));
        assertThat(road.sent()).isEmpty();
        assertThat(road.send(Letter.inbound(LMTP, Parties.ALICE).untrusted(), FROM_BOB))
                .containsExactly(RecordingDelivery.ACCEPTED);
    }

    @ParameterizedTest
    @CsvSource({"VALID, 250", "UNSIGNED, 550", "INVALID, 451", "UNVERIFIABLE, quarantine"})
    void thePolicyIsToldTheVerdictAndNotAMilderOne(String verdict, String outcome) throws Exception {
        TestRoad road = new TestRoad(
                "{ id: none, when: { signature: unsigned }, then: reject }",
                "{ id: bad, when: { signature: invalid }, then: defer }",
                "{ id: odd, when: { signature: unverifiable }, then: redirect }");
        String signed = new String(SealedCopy.sign(FROM_BOB, Parties.BOB), StandardCharsets.ISO_8859_1);
        String message = switch (verdict) {
            case "UNSIGNED" -> FROM_BOB;
            case "INVALID" -> signed.replace("Hello", "Hallo");
            case "UNVERIFIABLE" -> withUnknownDigest(signed);
            default -> signed;
        };

        Reply reply = road.send(Letter.inbound(LMTP, Parties.ALICE), message).getFirst();

        boolean isRedirected = !road.sent().isEmpty()
                && road.sent().getFirst().recipients().equals(List.of(Parties.QUARANTINE.toString()));
        assertThat(isRedirected ? "quarantine" : String.valueOf(reply.code())).isEqualTo(outcome);
    }

    @Test
    void everybodyOfAGroupThatCannotBeSealedHearsWhy() {
        TestRoad road = new TestRoad(
                new AlteredStore() {
                    @Override
                    public CertificateChoice<KeyHandle> signingKey(MailAddress sender, KeyPlace place, Instant time) {
                        return new CertificateChoice.Chosen<>(new NoToken(), List.of());
                    }
                },
                "{ id: sign, when: always, then: { sign: required } }");

        assertThat(road.send(
                        Letter.submitted(LMTP, Parties.BOB, Parties.CARL),
                        TestRoad.toAll("bob@partner.example, carl@partner.example")))
                .containsExactly(Reply.of(Reason.CRYPTOGRAPHIC_FAILURE), Reply.of(Reason.CRYPTOGRAPHIC_FAILURE));
        assertThat(road.audited(done -> done.decision().reason()))
                .containsExactly(Optional.of("CRYPTOGRAPHIC_FAILURE"), Optional.of("CRYPTOGRAPHIC_FAILURE"));
        assertThat(road.sent()).isEmpty();
    }

    @Test
    void signingTimeIsThatOfReceipt() throws Exception {
        TestRoad road = new TestRoad("{ id: sign, when: always, then: { sign: required } }");
        road.send(Letter.submitted(LMTP, Parties.BOB), TestRoad.toAll("bob@partner.example"));

        MimeEntity signature = SealedCopy.scan(road.sent().getFirst().octets())
                .signedParts()
                .orElseThrow()
                .signature();
        CMSSignedData signed;
        try (var in = signature.transferEncoding().decode(signature.body().open())) {
            signed = new CMSSignedData(in.readAllBytes());
        }
        assertThat(Time.getInstance(signed.getSignerInfos()
                                .getSigners()
                                .iterator()
                                .next()
                                .getSignedAttributes()
                                .get(CMSAttributes.signingTime)
                                .getAttributeValues()[0])
                        .getDate()
                        .toInstant())
                .isEqualTo(Parties.NOW);
    }

    @Test
    void whatXforwardSaidIsHandedOnAsItIs() {
        Peer.Xforward client = new Peer.Xforward(
                Optional.empty(),
                Optional.of("198.51.100.7"),
                Optional.empty(),
                Optional.of("client.example"),
                Optional.empty(),
                Optional.empty(),
                Optional.of("4F"));
        TestRoad road = new TestRoad();
        road.send(Letter.inbound(LMTP, Parties.ALICE).behind(client), FROM_BOB);

        assertThat(road.sent().getFirst().envelope().xforward()).contains(client);
    }

    /** Replaces SHA-256 by SHA3-224 in the octets of the signature. */
    private static String withUnknownDigest(String signed) {
        int start = signed.indexOf("\r\n\r\n", signed.indexOf("smime.p7s\"\r\n")) + 4;
        int end = signed.indexOf("\r\n--", start);
        HexFormat hex = HexFormat.of();
        String object = hex.formatHex(Base64.getMimeDecoder().decode(signed.substring(start, end)));
        String changed = object.replace("608648016503040201", "60864801650304027f");
        assertThat(changed).isNotEqualTo(object);
        return signed.substring(0, start)
                + Base64.getMimeEncoder().encodeToString(hex.parseHex(changed))
                + signed.substring(end);
    }

    private record NoToken(KeyHandle key) implements ForwardingKeyHandle {
        NoToken() {
            this(Parties.issued(Parties.ALICE).keyHandle());
        }

        @Override
        public boolean isHardware() {
            return true;
        }

        @Override
        public byte[] sign(SignatureScheme scheme, byte[] input) throws SignatureException {
            throw new SignatureException("token gone");
        }
    }
}
