package org.postseal.gateway.road.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.gateway.road.pipeline.TestRoad.LMTP;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.io.SequenceInputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.cms.CMSCompressedDataStreamGenerator;
import org.bouncycastle.cms.jcajce.ZlibCompressor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.smime.Sendable;
import org.postseal.gateway.smtp.Reply;
import org.postseal.policy.outcome.Reason;
import org.postseal.policy.protection.EncryptionSettings;

/** Layers stand in layers. Each is opened and judged from the root inwards, to the end. */
class LayersTest {
    private static final EncryptionSettings CBC =
            new EncryptionSettings(EncryptionSettings.Cipher.AES256_CBC, EncryptionSettings.RsaKeyTransport.PKCS1);
    private static final String FROM = "From: Bob <bob@partner.example>";
    private static final String FROM_BOB = TestRoad.message(FROM + "\nTo: alice@example.com\n", "Hello\n");
    private static final String CONTENT = FROM_BOB.substring(FROM_BOB.indexOf("Content-Type"));

    @Test
    void aTripleWrapIsOpenedAndBothSignaturesAreJudged() throws Exception {
        byte[] inner = SealedCopy.sign(FROM_BOB, Parties.BOB);
        byte[] triple = SealedCopy.sign(text(SealedCopy.encrypt(text(inner), Parties.ALICE)), Parties.BOB);
        TestRoad road = new TestRoad();

        road.send(Letter.inbound(LMTP, Parties.ALICE, Parties.ADAM), RawMessage.of(triple));

        assertThat(road.sent().get(0).octets()).isEqualTo(inner);
        assertThat(road.sent().get(0).unit()).isInstanceOf(Sendable.Opened.class);
        assertThat(unfolded(road.sent().get(0).trace()))
                .startsWith("Authentication-Results: postseal.gw.example.com; smime=pass body.smime-part=2 ")
                .contains("; smime=pass body.smime-part=\"1/2\" ");
        assertThat(road.sent().get(1).octets()).isEqualTo(triple);
        assertThat(road.audited(done -> done.protection().signature()))
                .containsExactly("valid (2 valid, 1/2 valid)", "valid");
    }

    @Test
    void anAlteredSignatureInsideSpoilsTheWholeAndNoLayerPasses() throws Exception {
        byte[] inner =
                TestRoad.octets(text(SealedCopy.sign(FROM_BOB, Parties.BOB)).replace("Hello", "Hallo"));
        byte[] triple = SealedCopy.sign(text(SealedCopy.encrypt(text(inner), Parties.ALICE)), Parties.BOB);
        TestRoad road = new TestRoad();

        road.send(Letter.inbound(LMTP, Parties.ALICE), RawMessage.of(triple));

        assertThat(road.audited(done -> done.protection().signature()))
                .containsExactly("invalid CONTENT_ALTERED (2 valid, 1/2 invalid CONTENT_ALTERED)");
        assertThat(unfolded(road.sent().getFirst().trace()))
                .contains("smime=policy reason=\"another layer is not valid\" body.smime-part=2", "smime=fail")
                .doesNotContain("smime=pass");
    }

    @Test
    void whatIsEncryptedAndThenSignedIsOpenedOutOfTheSignature() throws Exception {
        byte[] message = SealedCopy.sign(text(SealedCopy.encrypt(FROM_BOB, Parties.ALICE)), Parties.BOB);
        TestRoad road = new TestRoad();

        road.send(Letter.inbound(LMTP, Parties.ALICE, Parties.ADAM), RawMessage.of(message));

        assertThat(SealedCopy.part(road.sent().get(0).octets())).isEqualTo(TestRoad.octets(CONTENT));
        assertThat(road.sent().get(1).octets()).isEqualTo(message);
        assertThat(road.audited(done -> done.protection().signature())).containsExactly("valid", "valid");
    }

    @Test
    void aCiphertextWithinACiphertextStaysClosed() throws Exception {
        byte[] twice = SealedCopy.encrypt(text(SealedCopy.encrypt(FROM_BOB, Parties.ALICE)), Parties.ALICE);

        stays(twice, true);
    }

    @Test
    void fiveLayersStayClosedAndFourAreOpened() throws Exception {
        byte[] two = SealedCopy.sign(text(SealedCopy.sign(FROM_BOB, Parties.BOB)), Parties.BOB);
        byte[] three = SealedCopy.sign(text(two), Parties.BOB);
        byte[] four = SealedCopy.encrypt(text(three), Parties.ALICE);
        TestRoad road = new TestRoad();

        road.send(Letter.inbound(LMTP, Parties.ALICE), RawMessage.of(four));

        assertThat(road.sent().getFirst().octets()).isEqualTo(three);
        assertThat(road.audited(done -> done.protection().signature()))
                .containsExactly("valid (1/2 valid, 1/1.2 valid, 1/1.1.2 valid)");
        stays(SealedCopy.sign(text(four), Parties.BOB), true);
        stays(SealedCopy.sign(text(SealedCopy.sign(text(three), Parties.BOB)), Parties.BOB), false);
    }

    /** Nothing in it is seen, whether it is a text, a signature, a ciphertext or a bomb. */
    @ParameterizedTest
    @MethodSource("contents")
    void whatIsCompressedForAllToSeeStaysSo(InputStream content) throws Exception {
        byte[] message = TestRoad.octets(compressed(content));
        TestRoad road = new TestRoad();

        road.send(Letter.inbound(LMTP, Parties.ALICE), RawMessage.of(message));

        assertThat(road.sent().getFirst().octets()).isEqualTo(message);
        assertThat(road.sent().getFirst().unit()).isInstanceOf(Sendable.Untouched.class);
        assertThat(road.sent().getFirst().trace()).startsWith("Received: ").doesNotContain("smime=");
        assertThat(road.audited(done -> done.protection().signature())).containsExactly("unsigned");
        assertThat(road.audited(done -> done.protection().handled().came())).containsExactly(Optional.of("compressed"));
    }

    /** Whatever is in it, it counts as any other content that nobody has signed. */
    @ParameterizedTest
    @MethodSource("contents")
    void whatIsCompressedUnderAnEncryptionIsOpenedAndStaysCompressed(InputStream content) throws Exception {
        String compressed = compressed(content);
        TestRoad road = new TestRoad();

        for (EncryptionSettings settings : List.of(SealedCopy.GCM, CBC)) {
            byte[] sealed = SealedCopy.encrypt(settings, compressed, Parties.ALICE);
            road.send(Letter.inbound(LMTP, Parties.ALICE), RawMessage.of(sealed));

            assertThat(SealedCopy.part(road.sent().getLast().octets()))
                    .isEqualTo(TestRoad.octets(compressed.substring(compressed.indexOf("Content-Type"))));
            assertThat(road.sent().getLast().trace()).contains("smime=none").doesNotContain("smime=pass");
        }
        assertThat(road.audited(done -> done.protection().signature())).containsExactly("unsigned", "unsigned");
        assertThat(road.audited(done -> done.protection().added()))
                .containsExactly("opened AES256_GCM", "opened AES256_CBC, unauthenticated");
    }

    @Test
    void aSignatureOverCompressedContentIsOverTheObject() throws Exception {
        byte[] broken =
                TestRoad.octets(text(SealedCopy.sign(FROM_BOB, Parties.BOB)).replace("Hello", "Hallo"));
        String compressed = compressed(new ByteArrayInputStream(broken));
        String entity = compressed.substring(compressed.indexOf("Content-Type"));
        byte[] opaque = SealedCopy.signOpaque(FROM_BOB, entity, Parties.BOB);
        byte[] clear = SealedCopy.sign(compressed, Parties.BOB);
        String altered = text(clear)
                .replace(
                        entity,
                        compressed(new ByteArrayInputStream(new byte[10]))
                                .substring(compressed.indexOf("Content-Type")));
        TestRoad road = new TestRoad();

        for (byte[] message : List.of(clear, opaque, TestRoad.octets(altered))) {
            road.send(Letter.inbound(LMTP, Parties.ALICE), RawMessage.of(message));
            assertThat(road.sent().getLast().octets()).isEqualTo(message);
        }

        assertThat(road.audited(done -> done.protection().signature()))
                .containsExactly("valid", "valid", "invalid CONTENT_ALTERED");
    }

    @Test
    void whatIsCompressedMeetsNoDemand() throws Exception {
        String signed = compressed(entity(text(SealedCopy.sign(FROM_BOB, Parties.BOB))));
        String sealed = compressed(entity(text(SealedCopy.encrypt(FROM_BOB, Parties.BOB))));
        TestRoad road = new TestRoad(
                "{ id: in, when: { direction: inbound, content: otherCms }, then: { requireSigned: true } }",
                "{ id: out, when: { direction: outbound }, then: { encrypt: required } }");

        assertThat(road.send(Letter.inbound(LMTP, Parties.ALICE), signed))
                .containsExactly(Reply.of(Reason.SIGNATURE_REQUIRED));
        road.send(Letter.submitted(LMTP, Parties.BOB), sealed.replace(FROM, "From: alice@example.com"));

        assertThat(road.sent().getFirst().unit()).isInstanceOf(Sendable.Sealed.class);
    }

    static List<InputStream> contents() throws Exception {
        byte[] head = TestRoad.octets("Content-Type: image/png\r\n\r\n");
        return List.of(
                entity(FROM_BOB),
                entity(text(SealedCopy.sign(FROM_BOB, Parties.BOB))),
                entity(text(SealedCopy.encrypt(FROM_BOB, Parties.ALICE))),
                new SequenceInputStream(
                        new ByteArrayInputStream(head), new ByteArrayInputStream(new byte[60_000_000])));
    }

    private static InputStream entity(String message) {
        return new ByteArrayInputStream(TestRoad.octets(message.substring(message.indexOf("Content-Type"))));
    }

    @Test
    void cbcWithoutASignatureInsideIsFlaggedAndTheRuleDecides() throws Exception {
        byte[] bare = SealedCopy.encrypt(CBC, FROM_BOB, Parties.ALICE);
        byte[] signed = SealedCopy.encrypt(CBC, text(SealedCopy.sign(FROM_BOB, Parties.BOB)), Parties.ALICE);
        byte[] signedOutside = SealedCopy.sign(text(bare), Parties.BOB);

        assertThat(protection(bare)).isEqualTo("opened AES256_CBC, unauthenticated");
        assertThat(protection(signed)).isEqualTo("opened AES256_CBC");
        assertThat(protection(signedOutside)).isEqualTo("opened AES256_CBC, unauthenticated");

        TestRoad closed =
                new TestRoad("{ id: in, when: { direction: inbound }, then: { onUnauthenticated: leaveClosed } }");
        closed.send(Letter.inbound(LMTP, Parties.ALICE), RawMessage.of(bare));
        closed.send(Letter.inbound(LMTP, Parties.ALICE), RawMessage.of(signed));
        assertThat(SealedCopy.attached(closed.sent().get(0).octets())).isEqualTo(bare);
        assertThat(closed.sent().get(1).unit()).isInstanceOf(Sendable.Opened.class);

        TestRoad hold = new TestRoad("{ id: in, when: { direction: inbound }, then: { onUnauthenticated: redirect } }");
        assertThat(hold.send(Letter.inbound(LMTP, Parties.ALICE), RawMessage.of(bare)))
                .containsExactly(Delivered.ACCEPTED);
        assertThat(hold.sent().getFirst().recipients()).containsExactly("quarantine@example.com");
        assertThat(hold.sent().getFirst().octets()).isEqualTo(bare);
        assertThat(hold.audited(done -> done.decision().reason()).getFirst())
                .contains(Reason.CONTENT_UNAUTHENTICATED.name());
    }

    @ParameterizedTest
    @CsvSource({
        "text/html, <img src=\"http://evil.example/, an address in HTML that takes up text",
        "text/html, <img src='//evil.example/x, an address in HTML that takes up text",
        "text/plain, a\u0001b, control characters in a text part",
        "text/html, <img src=\"http://good.example/x.png\">, "
    })
    void theMarksOfAChangedCiphertextAreSaid(String type, String line, String sign) throws Exception {
        String message = FROM_BOB.replace("text/plain; charset=us-ascii", type).replace("Hello", line);

        assertThat(protection(
                        SealedCopy.encrypt(CBC, message, Parties.ALICE),
                        "{ id: in, when: { direction: inbound }, then: { onSuspicious: deliver } }"))
                .isEqualTo("opened AES256_CBC, unauthenticated" + (sign == null ? "" : ", suspicious: " + sign));
    }

    private static String protection(byte[] message, String... rules) {
        TestRoad road = new TestRoad(rules);
        road.send(Letter.inbound(LMTP, Parties.ALICE), RawMessage.of(message));
        return road.audited(done -> done.protection().added()).getFirst();
    }

    private static void stays(byte[] message, boolean isAttached) throws Exception {
        TestRoad road = new TestRoad();
        road.send(Letter.inbound(LMTP, Parties.ALICE), RawMessage.of(message));
        byte[] sent = road.sent().getFirst().octets();
        assertThat(isAttached ? SealedCopy.attached(sent) : sent).isEqualTo(message);
        assertThat(road.sent().getFirst().trace()).contains("smime=permerror").doesNotContain("smime=pass");
        assertThat(road.audited(done -> done.protection().signature()))
                .isEqualTo(List.of("unverifiable LIMIT_EXCEEDED"));
    }

    /** Makes a message whose content is a compressed-data of Bouncy Castle. */
    private static String compressed(InputStream content) throws Exception {
        ByteArrayOutputStream der = new ByteArrayOutputStream();
        try (java.io.OutputStream out = new CMSCompressedDataStreamGenerator().open(der, new ZlibCompressor())) {
            content.transferTo(out);
        }
        return FROM + "\r\nTo: alice@example.com\r\nMIME-Version: 1.0\r\n"
                + "Content-Type: application/pkcs7-mime; smime-type=compressed-data\r\n"
                + "Content-Transfer-Encoding: base64\r\n\r\n"
                + Base64.getMimeEncoder().encodeToString(der.toByteArray()) + "\r\n";
    }

    private static String text(byte[] message) {
        return new String(message, StandardCharsets.ISO_8859_1);
    }

    private static String unfolded(String trace) {
        return trace.replace("\r\n ", " ");
    }
}
