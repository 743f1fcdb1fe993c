package org.postseal.gateway.audit.record;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.PathEvidence;
import org.postseal.certstore.PathEvidence.Kind;
import org.postseal.certstore.issue.CertificateAuthority;

class ValidationTest {
    private static final Instant NOW = Instant.parse("2026-11-27T12:00:00Z");
    private static final Duration YEAR = Duration.ofDays(365);
    private static final CertificateAuthority AUTHORITY =
            CertificateAuthority.create("Test", NOW.minus(YEAR), NOW.plus(YEAR));
    private static final MailCertificate BOB = AUTHORITY
            .request(MailAddress.of("bob@partner.example"))
            .validity(NOW.minus(YEAR), NOW.plus(YEAR))
            .issue()
            .certificate();
    private static final String DIGITS = "ab".repeat(32);

    @Test
    void aRecordNamesItAndIsReadAgain() {
        PathEvidence soft = new PathEvidence(List.of(new PathEvidence.Part(
                BOB, List.of(new PathEvidence.Revocation.Unanswered("offline: http://x: no answer")))));
        List<String> texts = Validation.texts(List.of(validation(), soft));
        assertThat(texts)
                .containsExactly(
                        "0 " + BOB.id().hex() + " crl " + DIGITS + " 2026-11-27T12:00:00Z -",
                        "0 " + BOB.id().hex() + " ocsp " + DIGITS + " 2026-11-27T12:00:00Z 2026-11-28T12:00:00Z",
                        "1 " + AUTHORITY.root().id().hex() + " none trust anchor",
                        "0 " + BOB.id().hex() + " none offline: http://x: no answer");
        String bob = BOB.id().hex();
        assertThat(Validation.read(texts))
                .containsExactly(
                        new Validation(List.of(
                                new Validation.Part(
                                        bob,
                                        List.of(
                                                new Validation.Answer(Kind.CRL, DIGITS, NOW, Optional.empty()),
                                                new Validation.Answer(
                                                        Kind.OCSP,
                                                        DIGITS,
                                                        NOW,
                                                        Optional.of(NOW.plus(Duration.ofDays(1))))),
                                        Optional.empty()),
                                new Validation.Part(
                                        AUTHORITY.root().id().hex(), List.of(), Optional.of("trust anchor")))),
                        new Validation(List.of(
                                new Validation.Part(bob, List.of(), Optional.of("offline: http://x: no answer")))));
        assertThat(Validation.read(List.of("", "x", "0 ab crl", "0 " + bob + " crl " + DIGITS + " today -")))
                .containsExactly(new Validation(List.of(new Validation.Part(bob, List.of(), Optional.empty()))));
    }

    private static PathEvidence validation() {
        return new PathEvidence(List.of(
                new PathEvidence.Part(
                        BOB,
                        List.of(
                                new PathEvidence.Revocation.Answered(Kind.CRL, DIGITS, NOW, Optional.empty()),
                                new PathEvidence.Revocation.Answered(
                                        Kind.OCSP, DIGITS, NOW, Optional.of(NOW.plus(Duration.ofDays(1)))))),
                new PathEvidence.Part(
                        AUTHORITY.root(), List.of(new PathEvidence.Revocation.Unanswered("trust anchor")))));
    }
}
