package org.postseal.gateway.road.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.gateway.road.pipeline.TestRoad.LMTP;

import java.nio.charset.StandardCharsets;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.HashSet;
import java.util.List;
import java.util.Set;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.cms.CMSAlgorithm;
import org.bouncycastle.cms.CMSEnvelopedDataGenerator;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.jcajce.JceCMSContentEncryptorBuilder;
import org.bouncycastle.cms.jcajce.JceKeyAgreeRecipientInfoGenerator;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.certstore.MailAddress;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.mail.ReversePath;
import org.postseal.gateway.smtp.Reply;

/**
 * An attacker who has a ciphertext in CBC sends altered ones, and watches what becomes of them: a bounce, an absence
 * notice, a report. So they all meet the same fate, whatever they hold when their padding happens to be right.
 */
class AlteredFateTest {
    private static final BouncyCastleProvider PEER = new BouncyCastleProvider();
    private static final ReversePath MALLORY = new ReversePath.Mailbox(MailAddress.of("mallory@evil.example"));
    private static final String TEXT = "Content-Type: text/plain; charset=utf-8\r\n\r\n";

    /** What may come out if the padding is right: text with random octets, or text that was cut. */
    private static final List<String> CONTENTS = List.of(
            TEXT + "The secret \u0001\u0002\r\n",
            TEXT + "The secret \u00fc\u00e4\r\n",
            TEXT + "The secret\u0000\r\n",
            "Content-Type: application/pdf\r\n\r\n\u0000\u0001\u0002",
            "Content-Type: application/pdf\r\nContent-Transfer-Encoding: binary\r\n\r\n\u0001\u0002\r\n",
            "Content-Type: application/pdf\r\nContent-Transfer-Encoding: base64\r\n\r\nAA\u0001\u00fc==\r\n",
            "Content-Type: multipart/mixed; boundary=b\r\n\r\n\u00fc\u0001\r\n--b\r\n\r\ntext\r\n--b--\r\n",
            "The secret is 4711\r\n",
            "secret: it is 4711\r\n\r\nyours\r\n",
            "secret: it is 4711\r\n" + TEXT + "yours\r\n",
            "Subject: it is 4711\r\n\r\nyours\r\n",
            "Subject: it is 4711\r\n" + TEXT + "yours\r\n",
            "Content-Type: is 4711\r\n\r\nyours\r\n",
            "Content-Type: multipart/signed; protocol=\"application/pkcs7-signature\"; micalg=sha-256; boundary=b\r\n"
                    + "\r\n--b\r\n" + TEXT + "\u00fc\u0001\r\n--b\r\n"
                    + "Content-Type: application/pkcs7-signature; name=smime.p7s\r\n"
                    + "Content-Transfer-Encoding: base64\r\n\r\nMAA=\r\n--b--\r\n",
            "Content-Type: application/pkcs7-mime; smime-type=signed-data\r\n"
                    + "Content-Transfer-Encoding: base64\r\n\r\nMAA\u0001=\r\n",
            "Content-Type: text/plain; charset=utf-8; hp=\"cipher\"\r\nFrom: carl@partner.example\r\n\r\n\u0001\r\n",
            "Content-Type: text/plain; charset=utf-8; hp=\"cipher\"\r\nFrom: carl@partner.example\r\n\r\n4711\r\n",
            "\r\nit is 4711 and nothing else\r\n",
            "\u0001\u0002\u0003\u00fc and more of it");

    /** Nothing of these shows that they are what is left of something else, so they are opened. */
    private static final List<String> UNALTERED = List.of(
            TEXT + "The secret is 4711\r\n",
            "Content-Type: text/html; charset=utf-8\r\n\r\n<p>4711</p>\r\n",
            "Content-Type: application/pdf; name=4711.pdf\r\nContent-Transfer-Encoding: base64\r\n\r\nQUJD\r\n",
            "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n" + TEXT + "4711\r\n--b--\r\n",
            "Content-Type: text/plain; charset=utf-8; hp=\"cipher\"\r\nFrom: Bob <bob@partner.example>\r\n"
                    + "Subject: 4711\r\nHP-Outer: Subject: [...]\r\n\r\n4711\r\n");

    /** The others are not written plainly, so that some program may read another type, or take them for a signature. */
    private static final List<String> LABELS =
            List.of("application/pkcs7-mime", "application/pkcs7-mime;", "application/octet-stream;");

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    then: mailboxPolicy                                | alice@example.com
                    then: { onSuspicious: leaveClosed }                | alice@example.com
                    then: { decrypt: never }                           | alice@example.com
                    then: { onSuspicious: redirect }                   | quarantine@example.com
                    then: { onUnauthenticated: redirect }              | quarantine@example.com
                    then: { requireSigned: true }                      | quarantine@example.com
                    then: { onInvalidSignature: redirect }             | alice@example.com
                    then: redirect, unless: { signature: unsigned }    | alice@example.com
                    then: { subjectTag: { unsigned: "[u]", invalid: "[i]", unverifiable: "[n]" } } | alice@example.com
                    then: redirect, unless: { suspicious: false }      | quarantine@example.com
                    """)
    void theFateOfAlteredCiphertextDoesNotTellWhatItHolds(String rule, String recipient) throws Exception {
        for (String label : LABELS) {
            String fate = fate(rule, labelled(SenderReportsTest.wronglyPadded(), label));
            for (String content : CONTENTS) {
                assertThat(fate(rule, labelled(sealed(content), label)))
                        .as(content)
                        .isEqualTo(fate);
            }
            for (String content : recipient.equals("alice@example.com") ? UNALTERED : List.<String>of()) {
                assertThat(fate(rule, labelled(sealed(content), label)))
                        .as(content)
                        .isEqualTo(fate);
            }
            // A doubtful ciphertext may have another fate, since it may be clear text.
            assertThat(fate.startsWith(Delivered.ACCEPTED + " for " + recipient) || !label.equals(LABELS.getFirst()))
                    .as(fate)
                    .isTrue();
        }
    }

    /** The sender chooses the header section, and what they see of it in a bounce must not tell anything. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "Subject: Pay\r\n",
                "MIME-Version: 1.0\r\nMIME-Version: 1.0\r\nSubject: Pay\r\n",
                "Mime-Version: 2.0 (x)\r\nSubject: Pay\r\n",
                "MIME-Version: 1.0\r\nContent-Type: text/plain\r\nContent-Description: 4711\r\nContent-ID: <a@b>\r\n",
                "MIME-Version: 1.0\r\nno field\r\nSubject: Pay\r\n",
                "MIME-Version: 1.0\r\nSubject: \u00fc\r\nHP-Outer: Subject: Pay\r\nX-Y:\r\n",
                "MIME-Version: 1.0\r\nAuthentication-Results: postseal.gw.example.com; smime=pass\r\nSubject: Pay\r\n"
            })
    void norDoesTheHeaderSectionThatCame(String fields) throws Exception {
        Set<String> fates = new HashSet<>();
        String broken = new String(
                        SealedCopy.sign(SpoofForge.FROM_BOB + TEXT + "Hello\r\n", Parties.BOB),
                        StandardCharsets.ISO_8859_1)
                .replace("Hello", "Hallo")
                .replaceFirst("(?s)^.*?(?=Content-Type)", "");
        for (String content : List.of(UNALTERED.getFirst(), UNALTERED.getLast(), CONTENTS.getFirst(), broken)) {
            String message = new String(sealed(content), StandardCharsets.ISO_8859_1)
                    .replace("Subject: Pay\r\nMIME-Version: 1.0\r\n", fields);
            String signed = new String(SealedCopy.sign(message, Parties.BOB), StandardCharsets.ISO_8859_1);
            fates.add(fate("then: mailboxPolicy", TestRoad.octets(message)));
            fates.add("signed: " + fate("then: mailboxPolicy", TestRoad.octets(signed)));
            fates.add("altered: "
                    + fate("then: mailboxPolicy", TestRoad.octets(signed.replace("enveloped-data", "Enveloped-data"))));
        }
        assertThat(fates).hasSize(3);
    }

    /** Some programs may take the last label for a signature, so the verdict says that it is in doubt. */
    @ParameterizedTest
    @CsvSource({
        "application/pkcs7-mime, smime=none",
        "application/pkcs7-mime;, smime=none",
        "application/octet-stream;, smime=neutral"
    })
    void whatLooksUnalteredIsOpened(String label, String result) throws Exception {
        for (String content : UNALTERED) {
            TestRoad road = new TestRoad("{ id: in, when: { direction: inbound }, then: mailboxPolicy }");

            road.send(
                    Letter.inbound(LMTP, Parties.ALICE).from(MALLORY), RawMessage.of(labelled(sealed(content), label)));

            assertThat(road.audited(done -> done.protection().handled().done()))
                    .as(content)
                    .containsExactly("opened");
            assertThat(road.sent().getFirst().trace()).contains(result);
        }
    }

    /** Whoever signed it: nobody can sign the digest of content that they have changed. */
    @ParameterizedTest
    @CsvSource({
        "'', '', smime=policy, true",
        "'MIME-Version: 1.0\r\n', '', smime=policy, true",
        "'MIME-Version:1.0\r\n', '', smime=none, false",
        "'Content-Description: 4711\r\n', '', smime=none, false",
        "'', '4711\r\n', smime=none, false"
    })
    void anIntactSignatureIsKeptIfNothingElseIsThere(String field, String preamble, String result, boolean isKept)
            throws Exception {
        byte[] eve = SpoofForge.detached(TEXT + "Hello\r\n", SpoofForge.Signer.of(SpoofForge.EVE));
        String signed =
                SpoofForge.clearEntity(TEXT + "Hello\r\n", eve).replaceFirst("--sig\r\n", preamble + "--sig\r\n");
        TestRoad road = new TestRoad("{ id: in, when: { direction: inbound }, then: mailboxPolicy }");

        road.send(Letter.inbound(LMTP, Parties.ALICE).from(MALLORY), RawMessage.of(sealed(field + signed)));

        RecordingDelivery.Sent sent = road.sent().getFirst();
        assertThat(sent.trace()).contains(result);
        assertThat(SealedCopy.scan(sent.octets()).contentType().is("multipart", "signed"))
                .isEqualTo(isKept);
    }

    /** Otherwise, later mail to that signer would tell whether altered ciphertext was read. */
    @ParameterizedTest
    @CsvSource({"'', true", "'4711\r\n', false"})
    void nothingIsLearntFromWhatStaysClosed(String preamble, boolean isLearnt) throws Exception {
        String signed = SpoofForge.clearEntity(
                        TEXT + "Hello\r\n", SpoofForge.detached(TEXT + "Hello\r\n", SpoofForge.Signer.of(Parties.BOB)))
                .replaceFirst("--sig\r\n", preamble + "--sig\r\n");
        TestRoad road = new TestRoad("{ id: in, when: { direction: inbound }, then: mailboxPolicy }");

        road.send(Letter.inbound(LMTP, Parties.ALICE).from(MALLORY), RawMessage.of(sealed(signed)));

        assertThat(road.learnt()).hasSize(isLearnt ? 1 : 0);
    }

    private static byte[] labelled(byte[] message, String label) {
        return TestRoad.octets(
                new String(message, StandardCharsets.ISO_8859_1).replaceFirst("application/pkcs7-mime", label));
    }

    /** A signature inside does not cover what stands behind its part. */
    @ParameterizedTest
    @CsvSource({"'', true", "'\r\nan epilogue\r\n', false", "'\r\n\u0001\u00fc\r\n', false"})
    void aSignedPartVouchesForNothingBehindIt(String behind, boolean isOpened) throws Exception {
        String signed = new String(
                SealedCopy.sign(SpoofForge.FROM_BOB + TEXT + "The secret\r\n", Parties.BOB),
                StandardCharsets.ISO_8859_1);
        byte[] message = sealed(signed.substring(signed.indexOf("Content-Type: multipart")) + behind);
        TestRoad road = new TestRoad("{ id: in, when: { direction: inbound }, then: mailboxPolicy }");

        road.send(Letter.inbound(LMTP, Parties.ALICE), RawMessage.of(message));

        byte[] sent = road.sent().getFirst().octets();
        if (isOpened) {
            assertThat(SealedCopy.scan(sent).contentType().is("multipart", "signed"))
                    .isTrue();
        } else {
            assertThat(SealedCopy.attached(sent)).isEqualTo(message);
        }
    }

    /** A signature around the ciphertext stays, whatever the padding is. */
    @Test
    void theSignatureAroundAlteredCiphertextStays() throws Exception {
        for (String label : LABELS) {
            Set<String> traces = new HashSet<>();
            for (byte[] inside : List.of(SenderReportsTest.wronglyPadded(), sealed(TEXT + "\u0001\u00fc\r\n"))) {
                byte[] message =
                        SealedCopy.sign(new String(labelled(inside, label), StandardCharsets.ISO_8859_1), Parties.BOB);
                TestRoad road = new TestRoad("{ id: in, when: { direction: inbound }, then: { strip: true } }");

                road.send(Letter.inbound(LMTP, Parties.ALICE), RawMessage.of(message));

                assertThat(SealedCopy.attached(road.sent().getFirst().octets())).isEqualTo(message);
                traces.add(road.sent().getFirst().trace());
            }
            assertThat(traces).as(label).hasSize(1);
        }
    }

    /** Returns the reply, the recipient and what the gateway adds to the message. */
    private static String fate(String rule, byte[] message) throws Exception {
        TestRoad road = new TestRoad("{ id: in, when: { direction: inbound }, " + rule + " }");

        Reply reply = road.send(Letter.inbound(LMTP, Parties.ALICE).from(MALLORY), RawMessage.of(message))
                .getFirst();

        if (road.sent().isEmpty()) {
            return reply.toString();
        }
        RecordingDelivery.Sent sent = road.sent().getFirst();
        return reply + " for " + String.join(", ", sent.recipients()) + "\r\n"
                + sent.envelope().parameters() + "\r\n" + sent.trace()
                + new String(sent.octets(), StandardCharsets.ISO_8859_1)
                        .replaceAll("(?s)\r\n\r\n.*", "")
                        .replaceAll("=_[0-9a-f]{40}", "=_");
    }

    /** Encrypts these octets as they are, which our own encryptor would not do. */
    static byte[] sealed(String content) throws Exception {
        return sealed(content, CMSAlgorithm.AES256_CBC);
    }

    static byte[] sealed(String content, ASN1ObjectIdentifier cipher) throws Exception {
        KeyPairGenerator keys = KeyPairGenerator.getInstance("EC", PEER);
        keys.initialize(new ECGenParameterSpec("P-256"));
        KeyPair ephemeral = keys.generateKeyPair();
        CMSEnvelopedDataGenerator generator = new CMSEnvelopedDataGenerator();
        generator.addRecipientInfoGenerator(new JceKeyAgreeRecipientInfoGenerator(
                        CMSAlgorithm.ECDH_SHA256KDF,
                        ephemeral.getPrivate(),
                        ephemeral.getPublic(),
                        CMSAlgorithm.AES256_WRAP)
                .addRecipient(Parties.issued(Parties.ALICE).certificate().x509())
                .setProvider(PEER));
        byte[] object = generator
                .generate(
                        new CMSProcessableByteArray(TestRoad.octets(content)),
                        new JceCMSContentEncryptorBuilder(cipher)
                                .setProvider(PEER)
                                .build())
                .toASN1Structure()
                .getEncoded("DER");
        return TestRoad.octets(SpoofForge.FROM_BOB
                + "Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m\r\n"
                + "Content-Transfer-Encoding: base64\r\n\r\n" + SpoofForge.base64(object) + "\r\n");
    }
}
