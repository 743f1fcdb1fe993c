package org.postseal.gateway.road.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.gateway.road.pipeline.TestRoad.LMTP;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.gateway.mail.RawMessage;

/**
 * Under a demand to encrypt, the sender's own ciphertext leaves only if it really is one, and only for the recipients
 * that it is for.
 */
class SenderEncryptionRoadTest {
    private static final String SECRET = "The secret plan is to sell everything on Monday.\r\n";
    private static final String FROM_ALICE =
            TestRoad.message("From: alice@example.com\nTo: bob@partner.example\n", SECRET);
    private static final String FROM_BOB =
            TestRoad.message("From: bob@partner.example\nTo: alice@example.com\n", SECRET);

    private final TestRoad road = new TestRoad(
            "{ id: out, when: { direction: [outbound, internal] }, then: { encrypt: required } }",
            "{ id: in, when: { direction: inbound }, then: { requireEncrypted: true } }");

    @Test
    void eachRecipientIsJudgedAlone() throws Exception {
        byte[] sealed = SealedCopy.encrypt(FROM_ALICE, Parties.BOB, Parties.ANNA);

        road.send(
                Letter.submitted(LMTP, Parties.BOB, Parties.CARL, Parties.ANNA, Parties.NOBODY), RawMessage.of(sealed));

        assertThat(road.audited(done -> done.decision().reason().map(Object::toString)))
                .containsExactly(
                        Optional.empty(),
                        Optional.of("ENCRYPTED_FOR_OTHERS"),
                        Optional.empty(),
                        Optional.of("NO_RECIPIENT_CERTIFICATE"));
        assertThat(road.sent()).allSatisfy(sent -> assertThat(sent.octets()).isEqualTo(sealed));
        assertThat(road.sent().stream().flatMap(sent -> sent.recipients().stream()))
                .containsExactlyInAnyOrder("bob@partner.example", "anna@example.com");
    }

    @ParameterizedTest
    @ValueSource(strings = {"content", "behind", "before", "label"})
    void whatCanBeReadDoesNotLeave(String where) throws Exception {
        String sealed = new String(SealedCopy.encrypt(FROM_ALICE, Parties.BOB), StandardCharsets.ISO_8859_1);
        int body = sealed.indexOf("\r\n\r\n") + 4;
        String changed = switch (where) {
            case "behind" -> sealed + SECRET;
            case "before" -> sealed.substring(0, body) + SECRET + sealed.substring(body);
            case "label" -> "Content-Type: text/plain\r\n" + sealed;
            default -> withTextInside(sealed, body);
        };

        road.send(Letter.submitted(LMTP, Parties.BOB), RawMessage.of(changed.getBytes(StandardCharsets.ISO_8859_1)));

        assertThat(road.sent())
                .allSatisfy(sent -> assertThat(new String(sent.octets(), StandardCharsets.ISO_8859_1))
                        .doesNotContain("secret plan"));
        if (where.equals("content")) {
            assertThat(road.sent()).isEmpty();
            assertThat(road.audited(done -> done.decision().reason().map(Object::toString)))
                    .containsExactly(Optional.of("ENCRYPTION_DOUBTFUL"));
        }
    }

    @Test
    void incomingMailIsMetByACiphertextForTheRecipient() throws Exception {
        byte[] sealed = SealedCopy.encrypt(FROM_BOB, Parties.ALICE);

        road.send(Letter.inbound(LMTP, Parties.ALICE, Parties.ANNA), RawMessage.of(sealed));

        assertThat(road.audited(done -> done.decision().reason().map(Object::toString)))
                .containsExactly(Optional.empty(), Optional.of("ENCRYPTION_REQUIRED"));
        assertThat(road.sent())
                .singleElement()
                .satisfies(sent -> assertThat(sent.recipients()).isEqualTo(List.of("alice@example.com")));
    }

    private static String withTextInside(String sealed, int body) {
        byte[] object = java.util.Base64.getMimeDecoder().decode(sealed.substring(body));
        byte[] text = SECRET.repeat(3).getBytes(StandardCharsets.US_ASCII);
        byte[] changed = Arrays.copyOf(object, object.length);
        // The content is at the end, before the tag.
        System.arraycopy(text, 0, changed, changed.length - 18 - text.length, text.length);
        return sealed.substring(0, body) + java.util.Base64.getMimeEncoder().encodeToString(changed) + "\r\n";
    }
}
