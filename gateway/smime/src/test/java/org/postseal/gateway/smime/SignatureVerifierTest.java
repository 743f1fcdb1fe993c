package org.postseal.gateway.smime;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.gateway.smime.SignedDataForge.ALICE;
import static org.postseal.gateway.smime.SignedDataForge.invalid;

import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.smime.SignatureVerdict.Cause;

/** Verifies messages that are altered, wrapped, or have parts where none belong. */
class SignatureVerifierTest {
    @Test
    void clearMailIsUnsigned() throws Exception {
        assertThat(Mail.verify(Mail.message("x\r\n"))).isEqualTo(new SignatureVerdict.Unsigned());
    }

    @Test
    void alteredContentIsSeen() throws Exception {
        RawMessage signed = Mail.sign(Mail.message("Pay 100\r\n"), ALICE, Mail.CLEAR);
        RawMessage altered = Mail.of(Mail.text(signed).replace("Pay 100", "Pay 900"));

        assertThat(Mail.verify(altered)).isEqualTo(invalid(Cause.CONTENT_ALTERED));
    }

    @Test
    void whatSpacesAndLineEndsAreChangedIsSeen() throws Exception {
        RawMessage signed = Mail.sign(Mail.message("Pay 100\r\n"), ALICE, Mail.CLEAR);

        assertThat(Mail.verify(Mail.of(Mail.text(signed).replace("Pay 100\r\n", "Pay 100 \r\n"))))
                .isEqualTo(invalid(Cause.CONTENT_ALTERED));
        assertThat(Mail.verify(Mail.of(Mail.text(signed).replace("Pay 100\r\n", "Pay 100\r\n\r\n"))))
                .isEqualTo(invalid(Cause.CONTENT_ALTERED));
    }

    @Test
    void structureThatProgramsReadDifferentlyIsNotClaimed() throws Exception {
        String signed = Mail.text(Mail.sign(Mail.message("x\r\n"), ALICE, Mail.CLEAR));
        String boundary = signed.replaceAll("(?s).*boundary=\"([^\"]+)\".*", "$1");
        SignatureVerdict malformed = new SignatureVerdict.Invalid(Cause.MALFORMED, Optional.empty());
        SignatureVerdict ambiguous =
                new SignatureVerdict.Unverifiable(Cause.STRUCTURE_AMBIGUOUS, Optional.of(ALICE.certificate()));

        assertThat(Mail.verify(Mail.of(signed.replace(
                        "\r\n--" + boundary + "--", "\r\n--" + boundary + "\r\n\r\nmore\r\n--" + boundary + "--"))))
                .as("a third part")
                .isEqualTo(malformed);
        assertThat(Mail.verify(Mail.of(signed.replace("\r\n--" + boundary + "--\r\n", "\r\n"))))
                .as("no end")
                .isEqualTo(ambiguous);
        assertThat(Mail.describe(Mail.verify(Mail.of(signed.replace(
                        "Content-Type: multipart/signed;",
                        "Content-Type: text/plain\r\nContent-Type: multipart/signed;")))))
                .as("two types")
                .isEqualTo("STRUCTURE_AMBIGUOUS");
    }

    @Test
    void signedPartBelowTheRootDoesNotCount() throws Exception {
        String signed =
                Mail.text(Mail.sign(Mail.message("x\r\n"), ALICE, Mail.CLEAR)).substring(Mail.OUTER.length());
        RawMessage wrapped =
                Mail.of(Mail.OUTER + "Content-Type: multipart/mixed; boundary=b\r\n\r\n--b\r\n\r\nPay 900\r\n--b\r\n"
                        + signed + "\r\n--b--\r\n");

        assertThat(Mail.verify(wrapped)).isEqualTo(new SignatureVerdict.Unsigned());
    }
}
