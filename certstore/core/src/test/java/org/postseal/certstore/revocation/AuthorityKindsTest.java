package org.postseal.certstore.revocation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.certstore.path.ListMaker.access;
import static org.postseal.certstore.path.ListMaker.listsAt;
import static org.postseal.certstore.path.TestAuthority.NOW;

import java.time.Instant;
import java.util.Date;
import java.util.EnumSet;
import java.util.List;
import java.util.Set;
import java.util.function.Supplier;
import java.util.stream.Stream;
import org.bouncycastle.asn1.x509.AccessDescription;
import org.bouncycastle.cert.ocsp.RevokedStatus;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.postseal.certstore.CertificatePurpose;
import org.postseal.certstore.CertificateStatus;
import org.postseal.certstore.Draft;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.RevocationReason;
import org.postseal.certstore.ValidationCode;
import org.postseal.certstore.fetch.TestServer;
import org.postseal.certstore.key.ForeignKeys;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.certstore.key.KeyMaterial;
import org.postseal.certstore.path.ListMaker;
import org.postseal.certstore.path.PathValidator;
import org.postseal.certstore.path.TestAuthority;
import org.postseal.certstore.provider.CryptoProviders;

/** Shows for every kind of key that signs that an authority with such a key is believed in all that it signs. */
@ResourceLock("drafts")
class AuthorityKindsTest {
    private static final Instant THEN = Instant.parse("2026-03-01T00:00:00Z");
    private static final CertificateStatus REVOKED =
            new CertificateStatus.Revoked(THEN, RevocationReason.KEY_COMPROMISE);

    @BeforeAll
    static void install() {
        CryptoProviders.install();
        Draft.allow(Set.of(Draft.COMPOSITE));
    }

    @AfterAll
    static void allowNoDraft() {
        Draft.allow(Set.of());
    }

    static Stream<Arguments> keys() {
        Stream<Arguments> ours = EnumSet.allOf(KeyAlgorithm.class).stream()
                .filter(kind -> !OTHERS.contains(kind) && !kind.name().startsWith("ML_KEM"))
                .map(kind -> Arguments.of(kind.name(), (Supplier<KeyMaterial>) () -> KeyMaterial.generate(kind)));
        return Stream.concat(
                ours,
                FOREIGN.stream().map(name -> Arguments.of(name, (Supplier<KeyMaterial>) () -> ForeignKeys.of(name))));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("keys")
    void itsCertificatesAreBelievedAndItsRevocationsToo(String kind, Supplier<KeyMaterial> key) throws Exception {
        TestAuthority root = new TestAuthority("root", key.get());
        try (Bench bench = new Bench(root, RevocationSettings.DEFAULTS.withOrder(RevocationOrder.OCSP_THEN_CRL))) {
            MailCertificate byList = root.leaf(listsAt(bench.server.uri("/crl")));
            MailCertificate byAnswer = root.leaf(access(AccessDescription.id_ad_ocsp, bench.server.uri("/ocsp")));
            MailCertificate revoked = root.leaf(listsAt(bench.server.uri("/crl")));
            bench.server.on(
                    "/crl",
                    TestServer.body(
                            ListMaker.current(root).revoke(revoked, THEN, 1).der()));
            bench.server.on("/ocsp", new OcspServerTest.Answer(root).served());

            assertThat(bench.validate(byList).status()).isEqualTo(new CertificateStatus.Usable());
            assertThat(bench.validate(byAnswer).status()).isEqualTo(new CertificateStatus.Usable());
            assertThat(bench.validate(revoked).status()).isEqualTo(REVOKED);

            MailCertificate other = root.leaf(access(AccessDescription.id_ad_ocsp, bench.server.uri("/ocsp")));
            bench.server.on(
                    "/ocsp",
                    new OcspServerTest.Answer(root)
                            .status(new RevokedStatus(Date.from(THEN), 1))
                            .served());
            assertThat(bench.validate(other).status()).isEqualTo(REVOKED);
        }
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("keys")
    void aPathMayChangeTheKind(String kind, Supplier<KeyMaterial> key) {
        TestAuthority root = new TestAuthority("root");
        TestAuthority middle = new TestAuthority("middle", key.get());
        TestAuthority forger = new TestAuthority("middle", key.get());
        PathValidator validator = new PathValidator(List.of(root.root()), List.of(root.authority(middle)));

        assertThat(validator
                        .validate(middle.leaf(), List.of(), CertificatePurpose.SIGN, NOW)
                        .status())
                .isEqualTo(new CertificateStatus.Usable());
        assertThat(validator
                        .validate(forger.leaf(), List.of(), CertificatePurpose.SIGN, NOW)
                        .status())
                .isInstanceOfSatisfying(
                        CertificateStatus.Untrusted.class,
                        status -> assertThat(status.code()).isEqualTo(ValidationCode.SIGNATURE_INVALID));
    }

    private static final Set<KeyAlgorithm> OTHERS =
            EnumSet.of(KeyAlgorithm.RSA3072, KeyAlgorithm.RSA4096, KeyAlgorithm.X25519, KeyAlgorithm.X448);
    // The sets that end in f sign in milliseconds, and verify as the others do.
    private static final List<String> FOREIGN =
            List.of("SLH-DSA-SHA2-128F", "SLH-DSA-SHAKE-192F", "MLDSA65-ECDSA-P256-SHA512", "MLDSA87-Ed448-SHAKE256");
}
