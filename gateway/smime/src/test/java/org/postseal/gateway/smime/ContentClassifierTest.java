package org.postseal.gateway.smime;

import static org.assertj.core.api.Assertions.assertThat;

import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.smime.ContentClassifier.Classification;
import org.postseal.policy.facts.Facts.Content;
import org.postseal.policy.outcome.Handling.Came;

class ContentClassifierTest {
    private static final KeyHandle ALICE = Pki.key(Pki.ALICE, KeyAlgorithm.P256);
    private static final RawMessage MESSAGE = Mail.message("x\r\n");

    @Test
    void whatWeMakeIsRecognised() throws Exception {
        assertThat(classify(MESSAGE)).isEqualTo(new Classification(Content.CLEAR, Came.CLEAR));
        assertThat(classify(Mail.sign(MESSAGE, ALICE, Mail.CLEAR)))
                .isEqualTo(new Classification(Content.SIGNED, Came.CLEAR_SIGNED));
        assertThat(classify(Mail.sign(MESSAGE, ALICE, Mail.OPAQUE)))
                .isEqualTo(new Classification(Content.SIGNED, Came.SIGNED_DATA));
        assertThat(classify(Mail.encrypt(MESSAGE, Mail.CBC, ALICE.certificate())))
                .isEqualTo(new Classification(Content.ENCRYPTED, Came.ENCRYPTED));
        assertThat(classify(Mail.encrypt(MESSAGE, Mail.GCM, ALICE.certificate())))
                .isEqualTo(new Classification(Content.ENCRYPTED, Came.ENCRYPTED));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/pkcs7-mime; smime-type=signed-data",
                "APPLICATION/X-PKCS7-MIME; name=a.txt",
                "application/pkcs7-mime",
                "application/octet-stream; name=\"Smime.P7M\"",
                "application/octet-stream\r\nContent-Disposition: attachment; filename=x.p7m",
                "application/octet-stream; name=a.bin\r\nContent-Disposition: attachment; filename=x.p7z"
            })
    void theLabelOnlySaysToLookInside(String label) throws Exception {
        assertThat(classify(labelled(label))).isEqualTo(new Classification(Content.ENCRYPTED, Came.ENCRYPTED));
    }

    @ParameterizedTest
    @ValueSource(
            strings = {
                "application/octet-stream",
                "application/octet-stream; name=a.bin",
                "text/plain; name=smime.p7m",
                "application/pkcs7-signature"
            })
    void withoutTheLabelNobodyLooks(String label) throws Exception {
        assertThat(classify(labelled(label))).isEqualTo(new Classification(Content.CLEAR, Came.CLEAR));
    }

    @Test
    void garbageUnderTheLabelIsNotClear() throws Exception {
        assertThat(classify(Mail.of(Mail.OUTER + "Content-Type: application/pkcs7-mime\r\n\r\nhello\r\n")))
                .isEqualTo(new Classification(Content.OTHER_CMS, Came.UNREADABLE));
        assertThat(classify(
                        Mail.of(Mail.OUTER + "Content-Type: application/octet-stream; name=a.p7m\r\n\r\nhello\r\n")))
                .isEqualTo(new Classification(Content.CLEAR, Came.CLEAR));
    }

    @Test
    void aSignatureByAnotherProtocolIsNotOurs() throws Exception {
        assertThat(classify(Mail.of(Mail.OUTER
                        + "Content-Type: multipart/signed; protocol=\"application/pgp-signature\"; boundary=b\r\n\r\n"
                        + "--b\r\n\r\nx\r\n--b\r\nContent-Type: application/pgp-signature\r\n\r\ny\r\n--b--\r\n")))
                .isEqualTo(new Classification(Content.CLEAR, Came.CLEAR));
    }

    @Test
    void aMissingProtocolDoesNotHideASignature() throws Exception {
        String signed = Mail.text(Mail.sign(MESSAGE, ALICE, Mail.CLEAR));
        RawMessage without = Mail.of(signed.replace(" protocol=\"application/pkcs7-signature\";", ""));

        assertThat(classify(without)).isEqualTo(new Classification(Content.SIGNED, Came.CLEAR_SIGNED));
        assertThat(Mail.verify(without)).isInstanceOf(SignatureVerdict.Valid.class);
    }

    private static Classification classify(RawMessage message) throws Exception {
        return ContentClassifier.classify(Mail.scan(message));
    }

    private static RawMessage labelled(String label) throws Exception {
        String sealed = Mail.text(Mail.encrypt(MESSAGE, Mail.CBC, ALICE.certificate()));
        String body = sealed.substring(sealed.indexOf("\r\n\r\n"));
        return Mail.of(Mail.OUTER + "Content-Type: " + label + "\r\nContent-Transfer-Encoding: base64" + body);
    }
}
