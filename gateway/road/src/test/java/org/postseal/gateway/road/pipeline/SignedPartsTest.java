package org.postseal.gateway.road.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.gateway.road.pipeline.TestRoad.LMTP;

import java.nio.charset.StandardCharsets;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.policy.outcome.Reason;

/** The record names signed parts below the root, and nothing else speaks of them. */
class SignedPartsTest {
    private static final String HEAD =
            "From: Bob <bob@partner.example>\r\nTo: alice@example.com\r\nMIME-Version: 1.0\r\n";
    private static final String BOB =
            Parties.issued(Parties.BOB).certificate().id().hex();

    @Test
    void theRecordNamesThePartAndTheMessageStaysUnsigned() throws Exception {
        String message = HEAD + footed(signed());
        TestRoad road = new TestRoad();

        road.send(Letter.inbound(LMTP, Parties.ALICE), message);

        assertThat(road.sent().getFirst().octets()).isEqualTo(TestRoad.octets(message));
        assertThat(road.sent().getFirst().trace()).startsWith("Received: ").doesNotContain("smime");
        assertThat(road.audited(done -> done.protection().signature())).containsExactly("unsigned");
        assertThat(road.audited(done -> done.protection().signers())).containsExactly(List.of());
        assertThat(road.audited(done -> done.protection().signer())).allMatch(Optional::isEmpty);
        assertThat(road.audited(done -> done.protection().signedParts()))
                .containsExactly(List.of("1.2 valid; " + BOB + ", ECDSA SHA-256, strong, From, valid"));
        assertThat(road.audited(
                        done -> done.decision().basis().orElseThrow().facts().getOrDefault("signature", List.of())))
                .containsExactly(List.of("unsigned"));
        assertThat(road.learnt()).isEmpty();
    }

    @Test
    void aDemandForASignatureIsNotMet() throws Exception {
        TestRoad road = new TestRoad("{ id: in, when: { direction: inbound }, then: { requireSigned: true } }");

        road.send(Letter.inbound(LMTP, Parties.ALICE), HEAD + footed(signed()));

        assertThat(road.sent()).isEmpty();
        assertThat(road.audited(done -> done.decision().reason().orElseThrow()))
                .containsExactly(Reason.SIGNATURE_REQUIRED.name());
        assertThat(road.audited(done -> done.protection().signedParts())).allMatch(parts -> parts.size() == 1);
    }

    @Test
    void aPartCannotSpoilTheSignatureAroundIt() throws Exception {
        byte[] message = SealedCopy.sign(HEAD + footed(signed().replace("Hello", "Hallo")), Parties.BOB);
        TestRoad road = new TestRoad();

        road.send(Letter.inbound(LMTP, Parties.ALICE), RawMessage.of(message));

        assertThat(road.audited(done -> done.protection().signature())).containsExactly("valid");
        assertThat(road.audited(done -> done.protection().signedParts().getFirst()))
                .allMatch(part -> part.startsWith("1.1.2 invalid CONTENT_ALTERED; "));
        assertThat(road.sent().getFirst().trace())
                .containsOnlyOnce("smime=")
                .contains("smime=pass body.smime-part=2\r\n");
    }

    @Test
    void whatAKeyOpensIsLookedThroughAndNoCiphertextBelowTheRootIs() throws Exception {
        String sealed = text(SealedCopy.encrypt(HEAD + footed(signed()), Parties.ALICE));
        String below = HEAD + footed(sealed.substring(sealed.indexOf("Content-Type")));
        TestRoad road = new TestRoad();

        road.send(Letter.inbound(LMTP, Parties.ALICE, Parties.ADAM), sealed);
        road.send(Letter.inbound(LMTP, Parties.ALICE), below);

        assertThat(road.audited(done -> done.protection().signedParts().stream()
                        .map(part -> part.substring(0, part.indexOf(';')))
                        .toList()))
                .containsExactly(List.of("1/1.2 valid"), List.of(), List.of());
        assertThat(road.sent().getFirst().trace()).contains("smime=none").doesNotContain("smime-part");
        assertThat(road.sent().getLast().octets()).isEqualTo(TestRoad.octets(below));
    }

    @Test
    void mailOfOurUsersIsNotLookedThrough() throws Exception {
        TestRoad road = new TestRoad();

        road.send(
                Letter.submitted(LMTP, Parties.BOB), HEAD.replace("partner.example", "example.com") + footed(signed()));

        assertThat(road.audited(done -> done.protection().signedParts())).containsExactly(List.of());
    }

    private static String signed() throws Exception {
        String message = text(
                SealedCopy.sign(TestRoad.message(HEAD.replace("MIME-Version: 1.0\r\n", ""), "Hello\n"), Parties.BOB));
        return message.substring(message.indexOf("Content-Type"));
    }

    private static String footed(String entity) {
        return "Content-Type: multipart/mixed; boundary=list\r\n\r\n--list\r\n" + entity
                + "\r\n--list\r\nContent-Type: text/plain\r\n\r\n____\r\nThe list\r\n--list--\r\n";
    }

    private static String text(byte[] message) {
        return new String(message, StandardCharsets.ISO_8859_1);
    }
}
