package org.postseal.certstore.revocation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.certstore.path.ListMaker.access;
import static org.postseal.certstore.path.ListMaker.listsAt;
import static org.postseal.certstore.path.TestAuthority.NOW;

import java.time.Instant;
import java.util.Date;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.x509.AccessDescription;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.cert.ocsp.RevokedStatus;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postseal.certstore.CertificateStatus;
import org.postseal.certstore.CertificateStatus.Revoked;
import org.postseal.certstore.CertificateStatus.Usable;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.RevocationMode;
import org.postseal.certstore.RevocationReason;
import org.postseal.certstore.ValidationCode;
import org.postseal.certstore.fetch.TestServer;
import org.postseal.certstore.path.ListMaker;

/** Tests lists that came with a message. The sender of the message chose them. */
class BroughtListTest {
    private static final Instant THEN = Instant.parse("2026-03-01T00:00:00Z");
    private static final CertificateStatus REVOKED = new Revoked(THEN, RevocationReason.KEY_COMPROMISE);

    @AutoClose
    private final Bench bench = new Bench(RevocationOrder.OCSP_THEN_CRL);

    private final MailCertificate leaf = bench.root.leaf(
            access(AccessDescription.id_ad_ocsp, bench.server.uri("/ocsp")), listsAt(bench.server.uri("/crl")));
    private final RevocationList good = ListMaker.current(bench.root).list();
    private final RevocationList bad =
            ListMaker.current(bench.root).revoke(leaf, THEN, 1).list();

    @BeforeEach
    void answer() {
        bench.server.on("/ocsp", new OcspServerTest.Answer(bench.root).served());
    }

    @ParameterizedTest
    @EnumSource(RevocationOrder.class)
    void whatTheySayIsRevokedIsRevokedWhateverAResponderSays(RevocationOrder order) {
        assertThat(validate(order, RevocationMode.SOFT, bad)).isEqualTo(REVOKED);
        assertThat(validate(order, RevocationMode.HARD, bad)).isEqualTo(REVOKED);
        assertThat(validate(order, RevocationMode.OFF, bad)).isEqualTo(new Usable());
    }

    @ParameterizedTest
    @EnumSource(
            value = RevocationOrder.class,
            names = {"OCSP_THEN_CRL", "CRL_THEN_OCSP", "OCSP_ONLY"})
    void oneThatSaysNothingKeepsNobodyFromAskingTheResponder(RevocationOrder order) {
        bench.server.on(
                "/ocsp",
                new OcspServerTest.Answer(bench.root)
                        .status(new RevokedStatus(Date.from(THEN), 1))
                        .served());
        assertThat(validate(order, RevocationMode.SOFT, good)).isEqualTo(REVOKED);
    }

    @Test
    void norDoesADifferenceThatMakesAnOldListOfOursCurrent() {
        bench.server.on(
                "/ocsp",
                new OcspServerTest.Answer(bench.root)
                        .status(new RevokedStatus(Date.from(THEN), 1))
                        .served());
        byte[] old = ListMaker.dated(bench.root, NOW.minusSeconds(7_200), NOW.minusSeconds(3_600))
                .extension(Extension.cRLNumber, false, new ASN1Integer(1))
                .der();
        bench.server.on("/crl", TestServer.body(old));
        RevocationList difference = ListMaker.current(bench.root)
                .extension(Extension.cRLNumber, false, new ASN1Integer(2))
                .extension(Extension.deltaCRLIndicator, true, new ASN1Integer(1))
                .list();
        assertThat(validate(RevocationOrder.CRL_THEN_OCSP, RevocationMode.SOFT, difference))
                .isEqualTo(REVOKED);
        assertThat(validate(RevocationOrder.CRL_ONLY, RevocationMode.HARD, difference))
                .isEqualTo(new Usable());
    }

    @Test
    void whereNobodyAnswersOneThatIsCurrentWillDoAndOnlyForItsMessage() {
        bench.server.on("/ocsp", (_, out) -> out.close());
        RevocationOrder order = RevocationOrder.CRL_THEN_OCSP;
        assertThat(validate(order, RevocationMode.HARD, good)).isEqualTo(new Usable());
        assertThat(validate(order, RevocationMode.HARD).code()).isEqualTo(ValidationCode.REVOCATION_OFFLINE);
        // If only OCSP is used, such lists cannot show that a certificate is good.
        assertThat(validate(RevocationOrder.OCSP_ONLY, RevocationMode.HARD, good)
                        .code())
                .isEqualTo(ValidationCode.REVOCATION_OFFLINE);
        RevocationList old = ListMaker.dated(bench.root, NOW.minusSeconds(7_200), NOW.minusSeconds(3_600))
                .list();
        assertThat(validate(order, RevocationMode.HARD, old).code()).isEqualTo(ValidationCode.REVOCATION_OFFLINE);
    }

    @Test
    void theAnswerForOneMessageIsNotRememberedForTheNext() {
        bench.server.on("/ocsp", (_, out) -> out.close());
        var validator = bench.validator(RevocationSettings.DEFAULTS.withOrder(RevocationOrder.CRL_THEN_OCSP));
        assertThat(Bench.validate(validator, leaf, RevocationMode.HARD, NOW, good)
                        .status())
                .isEqualTo(new Usable());
        assertThat(Bench.validate(validator, leaf, RevocationMode.HARD, NOW)
                        .status()
                        .code())
                .isEqualTo(ValidationCode.REVOCATION_OFFLINE);
    }

    private CertificateStatus validate(RevocationOrder order, RevocationMode mode, RevocationList... lists) {
        return Bench.validate(bench.validator(RevocationSettings.DEFAULTS.withOrder(order)), leaf, mode, NOW, lists)
                .status();
    }
}
