package org.postseal.certstore.revocation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.certstore.path.ListMaker.listsAt;
import static org.postseal.certstore.path.TestAuthority.NOW;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.bouncycastle.asn1.x509.AccessDescription;
import org.bouncycastle.asn1.x509.AuthorityInformationAccess;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postseal.certstore.CertificatePurpose;
import org.postseal.certstore.CertificateStatus;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.PathVerdict;
import org.postseal.certstore.RevocationMode;
import org.postseal.certstore.ValidationCode;
import org.postseal.certstore.fetch.TestServer;
import org.postseal.certstore.path.ListMaker;
import org.postseal.certstore.path.TestAuthority;
import org.postseal.certstore.path.ValidationRequest;

/**
 * Checks that certificates from a ciphertext are judged only by information that is already present. No server learns
 * of them, whatever addresses they name (RFC 8551 §6).
 */
class QuietInquiryTest {
    private static final Instant THEN = Instant.parse("2026-03-01T00:00:00Z");

    @AutoClose
    private final Bench bench = new Bench(RevocationOrder.OCSP_THEN_CRL);

    private final TestServer server = bench.server;
    private final MailCertificate leaf = bench.root.leaf(
            listsAt(server.uri("/crl")),
            TestAuthority.extension(
                    Extension.authorityInfoAccess,
                    false,
                    new AuthorityInformationAccess(
                            AccessDescription.id_ad_ocsp,
                            new GeneralName(GeneralName.uniformResourceIdentifier, server.uri("/ocsp")))));

    @ParameterizedTest
    @EnumSource
    void nobodyIsAsked(RevocationOrder order) throws Exception {
        try (Bench other = new Bench(order)) {
            MailCertificate named = other.root.leaf(listsAt(other.server.uri("/crl")));

            assertThat(quiet(other, named, RevocationMode.HARD).status().code())
                    .isIn(ValidationCode.REVOCATION_OFFLINE, ValidationCode.REVOCATION_UNKNOWN);
            assertThat(quiet(other, named, RevocationMode.SOFT).status()).isEqualTo(new CertificateStatus.Usable());
            assertThat(other.server.hits()).isZero();
        }
    }

    @Test
    void whatWasAskedBeforeCounts() {
        server.on(
                "/crl",
                TestServer.body(
                        ListMaker.current(bench.root).revoke(leaf, THEN, 1).der()));
        CertificateStatus revoked = bench.validate(leaf).status();
        int hits = server.hits();

        assertThat(revoked).isInstanceOf(CertificateStatus.Revoked.class);
        assertThat(hits).isEqualTo(2);
        assertThat(quiet(bench, leaf, RevocationMode.SOFT).status()).isEqualTo(revoked);
        assertThat(server.hits()).isEqualTo(hits);
    }

    /**
     * If the answer were remembered, one encrypted message would keep the gateway from learning, for all messages, that
     * a certificate is revoked.
     */
    @Test
    void notHavingAskedIsNotRemembered() {
        server.on(
                "/crl",
                TestServer.body(
                        ListMaker.current(bench.root).revoke(leaf, THEN, 1).der()));

        assertThat(quiet(bench, leaf, RevocationMode.SOFT).status()).isEqualTo(new CertificateStatus.Usable());
        assertThat(bench.validate(leaf, RevocationMode.SOFT).status()).isInstanceOf(CertificateStatus.Revoked.class);
    }

    private static PathVerdict quiet(Bench bench, MailCertificate leaf, RevocationMode mode) {
        return bench.validator.validate(
                new ValidationRequest(leaf, List.of(), CertificatePurpose.SIGN, mode, NOW, Optional.empty()).asQuiet());
    }
}
