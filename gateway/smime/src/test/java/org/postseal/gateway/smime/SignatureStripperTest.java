package org.postseal.gateway.smime;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.charset.StandardCharsets;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.testkit.Identity;
import org.postseal.gateway.testkit.OpenSslPeer;
import org.postseal.gateway.testkit.SmimeMail;
import org.postseal.gateway.testkit.TestPki;
import org.postseal.policy.protection.SigningSettings;

/** Without its signature, a message is what it was before it was signed. */
class SignatureStripperTest {
    private static final KeyHandle ALICE = Pki.key(Pki.ALICE, KeyAlgorithm.P256);

    @ParameterizedTest
    @ValueSource(strings = {"", "Hello\r\n", "no line end", "\r\n\r\n.\r\n"})
    void signingIsUndone(String body) throws Exception {
        for (SigningSettings settings : new SigningSettings[] {Mail.CLEAR, Mail.OPAQUE}) {
            RawMessage signed = Mail.sign(Mail.message(body), ALICE, settings);

            assertThat(strip(signed).map(SignatureStripperTest::text)).contains(text(Mail.message(body)));
        }
    }

    @Test
    void aMultipartStaysOctetForOctet() throws Exception {
        RawMessage message = Mail.of(Mail.OUTER + "Content-Type: multipart/mixed; boundary=\"b\"\r\n\r\npreamble\r\n"
                + "--b\r\n\r\none\r\n--b\r\nX-Inner: kept\r\n\r\ntwo\r\n--b--\r\nepilogue\r\n");

        assertThat(strip(Mail.sign(message, ALICE, Mail.CLEAR)).map(SignatureStripperTest::text))
                .contains(text(message));
        assertThat(strip(Mail.sign(message, ALICE, Mail.OPAQUE)).map(SignatureStripperTest::text))
                .contains(text(message));
    }

    /** {@code openssl cms -sign} without {@code -text} signs such content. None of its lines is lost. */
    @ParameterizedTest
    @ValueSource(strings = {"Hello Bob,\r\ndo not pay\r\n\r\nEve\r\n", "Do not pay\r\n"})
    void textWithoutAHeaderSectionIsText(String text) throws Exception {
        String rest =
                Mail.OUTER + "Content-Type: text/plain; charset=us-ascii\r\nContent-Transfer-Encoding: 7bit\r\n\r\n";
        try (TestPki pki = new TestPki().user("bob@example.net", KeyAlgorithm.P256);
                OpenSslPeer openssl = new OpenSslPeer(pki)) {
            byte[] content = text.getBytes(StandardCharsets.US_ASCII);
            Identity bob = pki.identity("bob@example.net");
            String clear = SmimeMail.clearSigned(text, openssl.signDetached(content, bob));
            String opaque = SmimeMail.pkcs7Mime("signed-data", openssl.signOpaque(content, bob));

            assertThat(strip(Mail.of(Mail.OUTER + clear)).map(SignatureStripperTest::text))
                    .contains(rest + text);
            assertThat(strip(Mail.of(Mail.OUTER + opaque)).map(SignatureStripperTest::text))
                    .contains(rest + text);
        }
    }

    @Test
    void whatHasNoSignatureHasNoneToTakeOff() throws Exception {
        assertThat(strip(Mail.message("x\r\n"))).isEmpty();
        assertThat(strip(Mail.encrypt(Mail.message("x\r\n"), Mail.GCM, ALICE.certificate())))
                .isEmpty();
        assertThat(strip(Mail.of(Mail.OUTER + "Content-Type: application/pkcs7-mime\r\n\r\nhello\r\n")))
                .isEmpty();
    }

    private static Optional<RawMessage> strip(RawMessage message) throws Exception {
        return new SignatureStripper().strip(Mail.scan(message), Mail.scope());
    }

    private static String text(RawMessage message) {
        try {
            return Mail.text(message);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
