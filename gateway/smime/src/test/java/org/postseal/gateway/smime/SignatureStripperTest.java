package org.postseal.gateway.smime;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.policy.SigningSettings;

/** With its signature taken off, a message is what it was before it was signed. */
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

    @Test
    void whatHasNoSignatureHasNoneToTakeOff() throws Exception {
        assertThat(strip(Mail.message("x\r\n"))).isEmpty();
        assertThat(strip(Mail.encrypt(Mail.message("x\r\n"), Mail.GCM, ALICE.certificate())))
                .isEmpty();
        assertThat(strip(Mail.of(Mail.OUTER + "Content-Type: application/pkcs7-mime\r\n\r\nhello\r\n")))
                .isEmpty();
    }

    private static Optional<RawMessage> strip(RawMessage message) throws Exception {
        return new SignatureStripper(CmsLimits.DEFAULT).strip(Mail.scan(message), Mail.scope());
    }

    private static String text(RawMessage message) {
        try {
            return Mail.text(message);
        } catch (java.io.IOException e) {
            throw new java.io.UncheckedIOException(e);
        }
    }
}
