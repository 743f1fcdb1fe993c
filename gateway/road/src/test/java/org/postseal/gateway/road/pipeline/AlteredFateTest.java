package org.postseal.gateway.road.pipeline;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.gateway.road.pipeline.TestRoad.LMTP;

import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.util.List;
import org.bouncycastle.cms.CMSAlgorithm;
import org.bouncycastle.cms.CMSEnvelopedDataGenerator;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.jcajce.JceCMSContentEncryptorBuilder;
import org.bouncycastle.cms.jcajce.JceKeyAgreeRecipientInfoGenerator;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.smime.Sendable;

/**
 * An attacker who has a ciphertext in CBC sends altered ones, and watches what becomes of them: a bounce, an absence
 * notice, a report. So they all meet the same fate, whatever they hold when their padding happens to be right.
 */
class AlteredFateTest {
    private static final BouncyCastleProvider PEER = new BouncyCastleProvider();
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
            "\r\nit is 4711 and nothing else\r\n",
            "\u0001\u0002\u0003\u00fc and more of it");

    @ParameterizedTest
    @CsvSource(delimiter = '|', textBlock = """
                    then: mailboxPolicy                                | alice@example.com
                    then: { onSuspicious: leaveClosed }                | alice@example.com
                    then: { onSuspicious: redirect }                   | quarantine@example.com
                    then: { onUnauthenticated: redirect }              | quarantine@example.com
                    then: { requireSigned: true }                      | quarantine@example.com
                    then: redirect, unless: { suspicious: false }      | quarantine@example.com
                    """)
    void theFateOfAlteredCiphertextDoesNotTellWhatItHolds(String rule, String recipient) throws Exception {
        for (String content : CONTENTS) {
            byte[] message = sealed(content);

            assertThat(fate(rule, message)).as(content).isEqualTo(recipient);
        }
        byte[] wronglyPadded = SenderReportsTest.wronglyPadded();
        assertThat(fate(rule, wronglyPadded)).isEqualTo(recipient);
    }

    private static String fate(String rule, byte[] message) throws Exception {
        TestRoad road = new TestRoad("{ id: in, when: { direction: inbound }, " + rule + " }");

        assertThat(road.send(Letter.inbound(LMTP, Parties.ALICE), RawMessage.of(message)))
                .containsExactly(Delivered.ACCEPTED);

        RecordingDelivery.Sent sent = road.sent().getFirst();
        assertThat(sent.unit()).isInstanceOf(Sendable.Untouched.class);
        assertThat(sent.octets()).isEqualTo(message);
        return sent.recipients().getFirst();
    }

    /** Encrypts these octets as they are, which our own encryptor would not do. */
    private static byte[] sealed(String content) throws Exception {
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
                        new JceCMSContentEncryptorBuilder(CMSAlgorithm.AES256_CBC)
                                .setProvider(PEER)
                                .build())
                .toASN1Structure()
                .getEncoded("DER");
        return TestRoad.octets(SpoofForge.FROM_BOB
                + "Content-Type: application/pkcs7-mime; smime-type=enveloped-data; name=smime.p7m\r\n"
                + "Content-Transfer-Encoding: base64\r\n\r\n" + SpoofForge.base64(object) + "\r\n");
    }
}
