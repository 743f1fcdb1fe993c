package org.postseal.gateway.road.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.gateway.road.pipeline.TestRoad.LMTP;

import java.io.ByteArrayOutputStream;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.List;
import org.bouncycastle.cms.CMSCompressedDataStreamGenerator;
import org.bouncycastle.cms.jcajce.ZlibCompressor;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.smime.Sendable;
import org.postseal.policy.outcome.Reason;
import org.postseal.policy.protection.EncryptionSettings;

/** Layers stand in layers. Each is opened and judged from the root inwards, to the end. */
class LayersTest {
    private static final EncryptionSettings CBC =
            new EncryptionSettings(EncryptionSettings.Cipher.AES256_CBC, EncryptionSettings.RsaKeyTransport.PKCS1);
    private static final String FROM_BOB =
            TestRoad.message("From: Bob <bob@partner.example>\nTo: alice@example.com\n", "Hello\n");
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

    @Test
    void whatIsCompressedUnderACiphertextIsInflated() throws Exception {
        byte[] message = SealedCopy.encrypt(
                compressed(new java.io.ByteArrayInputStream(TestRoad.octets(CONTENT))), Parties.ALICE);
        TestRoad road = new TestRoad();

        road.send(Letter.inbound(LMTP, Parties.ALICE), RawMessage.of(message));

        assertThat(SealedCopy.part(road.sent().getFirst().octets())).isEqualTo(TestRoad.octets(CONTENT));
    }

    /** If no recipient gets it inflated, only its header section is looked at. */
    @ParameterizedTest
    @CsvSource({"10, text/plain", "1000000, text/plain", "60000000, image/png"})
    void whatIsCompressedForAllToSeeStaysSo(int zeros, String type) throws Exception {
        byte[] head = TestRoad.octets("Content-Type: " + type + "\r\n\r\n");
        byte[] message = TestRoad.octets(compressed(new java.io.SequenceInputStream(
                new java.io.ByteArrayInputStream(head), new java.io.ByteArrayInputStream(new byte[zeros]))));
        TestRoad road = new TestRoad();

        road.send(Letter.inbound(LMTP, Parties.ALICE), RawMessage.of(message));

        assertThat(road.sent().getFirst().octets()).isEqualTo(message);
        assertThat(road.sent().getFirst().trace()).startsWith("Received: ").doesNotContain("smime=");
        assertThat(road.audited(done -> done.protection().signature())).containsExactly("unsigned");
    }

    @ParameterizedTest
    @CsvSource({"'\r\n'", "'\n'"})
    void aSignatureOrACiphertextUnderCompressionIsFound(String lineEnd) throws Exception {
        String signed = text(SealedCopy.sign(FROM_BOB, Parties.BOB)).replace("\r\n", lineEnd);
        String sealed = text(SealedCopy.encrypt(FROM_BOB, Parties.ALICE)).replace("\r\n", lineEnd);
        TestRoad road = new TestRoad();

        for (String entity : List.of(signed, sealed)) {
            road.send(
                    Letter.inbound(LMTP, Parties.ALICE),
                    compressed(new java.io.ByteArrayInputStream(
                            TestRoad.octets(entity.substring(entity.indexOf("Content-Type"))))));
        }

        assertThat(road.audited(done -> done.protection().signature()))
                .containsExactly("unverifiable STRUCTURE_AMBIGUOUS", "unsigned");
        assertThat(road.sent().getLast().unit()).isInstanceOf(Sendable.Opened.class);
    }

    @ParameterizedTest
    @CsvSource({"1000000", "60000000"})
    void aBombStaysClosed(int zeros) throws Exception {
        byte[] head = TestRoad.octets("Content-Type: text/plain\r\n\r\n");
        InputStream bomb = new java.io.SequenceInputStream(
                new java.io.ByteArrayInputStream(head), new java.io.ByteArrayInputStream(new byte[zeros]));

        stays(SealedCopy.encrypt(compressed(bomb), Parties.ALICE), true);
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
    static String compressed(InputStream content) throws Exception {
        ByteArrayOutputStream der = new ByteArrayOutputStream();
        try (java.io.OutputStream out = new CMSCompressedDataStreamGenerator().open(der, new ZlibCompressor())) {
            content.transferTo(out);
        }
        return "From: Bob <bob@partner.example>\r\nTo: alice@example.com\r\nMIME-Version: 1.0\r\n"
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
