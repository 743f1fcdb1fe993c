package org.postseal.gateway.smime;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.EnumSource;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.gateway.smime.SignatureVerdict.Cause;
import org.postseal.gateway.testkit.Project;

class ResultsFieldTest {
    private static final MailCertificate ALICE =
            Pki.issued(Pki.ALICE, KeyAlgorithm.P256).certificate();

    @Test
    void passNamesTheSigner() {
        assertThat(unfolded(new SignatureVerdict.Valid(ALICE, List.of(ALICE))))
                .isEqualTo(
                        "Authentication-Results: gw.example.com; smime=pass body.smime-identifier=\"alice@example.com\""
                                + " body.smime-serial=" + ALICE.serialNumber()
                                + " body.smime-issuer=\"CN=Postseal Test Issuing CA\"");
    }

    /** Readers of the field take this address for the one that was shown to be the author's. */
    @Test
    void ofSeveralAddressesTheOneOfFromIsNamed() {
        MailAddress first = MailAddress.of("alice.a@example.com");
        MailCertificate both = Pki.CA.request(first).alsoFor(Pki.ALICE).issue().certificate();
        assertThat(both.addresses()).containsExactly(first, Pki.ALICE);

        assertThat(unfolded(new SignatureVerdict.Valid(both, List.of(both))))
                .contains("body.smime-identifier=\"alice@example.com\"");
        assertThat(unfolded(new SignatureVerdict.Valid(both, List.of(both)), MailAddress.of("bob@example.com")))
                .contains("body.smime-identifier=\"alice.a@example.com\"");
    }

    @Test
    void unsignedIsNone() {
        assertThat(unfolded(new SignatureVerdict.Unsigned()))
                .isEqualTo("Authentication-Results: gw.example.com; smime=none");
    }

    @ParameterizedTest
    @CsvSource({
        "CONTENT_ALTERED, fail, content altered",
        "SIGNATURE_WRONG, fail, signature wrong",
        "SIGNED_ATTRIBUTES_WRONG, fail, signed attributes wrong",
        "PROTECTED_ALGORITHMS_DIFFER, fail, protected algorithms differ",
        "NAMED_CERTIFICATE_DIFFERS, fail, named certificate differs",
        "CONTENT_BOTH_INSIDE_AND_OUTSIDE, fail, content both inside and outside",
        "MALFORMED, neutral, malformed",
        "NO_SIGNER, neutral, no signer",
        "ALGORITHM_UNKNOWN, neutral, algorithm unknown",
        "LIMIT_EXCEEDED, permerror, limit exceeded",
        "SIGNER_CERTIFICATE_MISSING, permerror, signer certificate missing",
        "FROM_AMBIGUOUS, permerror, from ambiguous",
        "REVOCATION_UNKNOWN, temperror, revocation unknown",
        "CERTIFICATE_EXPIRED, policy, certificate expired",
        "CERTIFICATE_NOT_YET_VALID, policy, certificate not yet valid",
        "CERTIFICATE_REVOKED, policy, certificate revoked",
        "CERTIFICATE_UNTRUSTED, policy, certificate untrusted",
        "CERTIFICATE_WRONG_USAGE, policy, certificate wrong usage",
        "ALGORITHM_WEAK, policy, algorithm weak",
        "SIGNED_ATTRIBUTES_MISSING, neutral, signed attributes missing",
        "CONTENT_NOT_DATA, neutral, content not data",
        "SIGNING_TIME_DIFFERS, policy, signing time differs",
        "SIGNED_FIELDS_DIFFER, neutral, signed fields differ",
        "STRUCTURE_AMBIGUOUS, neutral, structure ambiguous"
    })
    void ofWhomIsNotTrustedNothingIsSaid(Cause cause, String result, String reason) {
        assertThat(unfolded(SignatureVerdict.of(cause, Optional.of(ALICE))))
                .isEqualTo("Authentication-Results: gw.example.com; smime=" + result + " reason="
                        + (reason.contains(" ") ? "\"" + reason + "\"" : reason));
    }

    @Test
    void aTrustedSignerWhoIsNotTheAuthorIsNamed() {
        assertThat(unfolded(SignatureVerdict.of(Cause.ADDRESS_MISMATCH, Optional.of(ALICE))))
                .startsWith("Authentication-Results: gw.example.com; smime=policy reason=\"address mismatch\""
                        + " body.smime-identifier=\"alice@example.com\"");
    }

    @ParameterizedTest
    @EnumSource(
            names = {
                "FROM_AMBIGUOUS",
                "STRUCTURE_AMBIGUOUS",
                "SIGNED_FIELDS_DIFFER",
                "SIGNING_TIME_DIFFERS",
                "CONTENT_NOT_DATA",
                "SIGNED_ATTRIBUTES_MISSING"
            })
    void thePageForTroubleNamesWhatIsAmbiguous(Cause cause) throws IOException {
        assertThat(Files.readString(Project.file("docs/troubleshooting.md"))).containsPattern("`[a-z ]*" + cause + "`");
    }

    private static String unfolded(SignatureVerdict verdict) {
        return unfolded(verdict, Pki.ALICE);
    }

    private static String unfolded(SignatureVerdict verdict, MailAddress from) {
        return new String(
                        ResultsField.of("gw.example.com", verdict, List.of(), Optional.of(from), false)
                                .raw(),
                        StandardCharsets.US_ASCII)
                .replace("\r\n ", " ")
                .replace("\r\n", "");
    }
}
