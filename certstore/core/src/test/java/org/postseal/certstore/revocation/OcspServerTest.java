package org.postseal.certstore.revocation;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.certstore.path.ListMaker.access;
import static org.postseal.certstore.path.ListMaker.listsAt;
import static org.postseal.certstore.path.TestAuthority.NOW;

import java.math.BigInteger;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Date;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.ocsp.OCSPObjectIdentifiers;
import org.bouncycastle.asn1.x509.AccessDescription;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.Extensions;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.ocsp.BasicOCSPRespBuilder;
import org.bouncycastle.cert.ocsp.CertificateID;
import org.bouncycastle.cert.ocsp.CertificateStatus;
import org.bouncycastle.cert.ocsp.OCSPReq;
import org.bouncycastle.cert.ocsp.OCSPRespBuilder;
import org.bouncycastle.cert.ocsp.RespID;
import org.bouncycastle.cert.ocsp.RevokedStatus;
import org.bouncycastle.cert.ocsp.UnknownStatus;
import org.bouncycastle.operator.jcajce.JcaDigestCalculatorProviderBuilder;
import org.jspecify.annotations.Nullable;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.postseal.certstore.CacheCounts;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.PathVerdict;
import org.postseal.certstore.RevocationMode;
import org.postseal.certstore.RevocationReason;
import org.postseal.certstore.ValidationCode;
import org.postseal.certstore.fetch.TestServer;
import org.postseal.certstore.path.ListMaker;
import org.postseal.certstore.path.TestAuthority;

/** Tests good and bad OCSP answers from a server. */
@Tag("thorough")
class OcspServerTest {
    private static final Instant THEN = Instant.parse("2026-03-01T00:00:00Z");
    private static final Instant HOUR_AGO = NOW.minusSeconds(3_600);
    private static final Instant TOMORROW = NOW.plusSeconds(86_400);

    private final Bench bench = new Bench(RevocationOrder.OCSP_THEN_CRL);
    private final TestAuthority root = bench.root;
    private final TestServer server = bench.server;
    private final MailCertificate leaf = root.leaf(access(AccessDescription.id_ad_ocsp, server.uri("/ocsp")));

    @AfterEach
    void stop() throws Exception {
        assertThat(bench.canary.hits()).isZero();
        bench.close();
    }

    /** Builds an answer. Everything that a test does not change is as it should be. */
    static final class Answer {
        private final TestAuthority root;
        private @Nullable CertificateStatus status = CertificateStatus.GOOD;
        private Instant thisUpdate = HOUR_AGO;
        private @Nullable Instant nextUpdate = TOMORROW;
        private TestAuthority signer;
        private RespID responder;
        private X509CertificateHolder[] certificates = {};
        private @Nullable CertificateID about;
        private @Nullable Extensions extensions;

        Answer(TestAuthority root) {
            this.root = root;
            this.signer = root;
            this.responder = new RespID(root.name);
        }

        Answer status(@Nullable CertificateStatus other) {
            status = other;
            return this;
        }

        Answer dated(Instant from, @Nullable Instant to) {
            thisUpdate = from;
            nextUpdate = to;
            return this;
        }

        Answer signedBy(TestAuthority other, MailCertificate... chain) {
            signer = other;
            responder = new RespID(other.name);
            certificates = Stream.of(chain).map(MailCertificate::holder).toArray(X509CertificateHolder[]::new);
            return this;
        }

        Answer byKey() throws Exception {
            responder = new RespID(
                    signer.key.publicKey(),
                    new JcaDigestCalculatorProviderBuilder().build().get(CertificateID.HASH_SHA1));
            return this;
        }

        Answer about(CertificateID other) {
            about = other;
            return this;
        }

        Answer extensions(Extensions wanted) {
            extensions = wanted;
            return this;
        }

        TestServer.Behaviour served() {
            return (request, out) -> TestServer.body(to(request)).answer(request, out);
        }

        byte[] to(byte[] request) throws Exception {
            CertificateID asked = new OCSPReq(request).getRequestList()[0].getCertID();
            BasicOCSPRespBuilder builder = new BasicOCSPRespBuilder(responder);
            builder.addResponse(
                    about == null ? asked : about,
                    status,
                    Date.from(thisUpdate),
                    nextUpdate == null ? null : Date.from(nextUpdate));
            builder.setResponseExtensions(extensions);
            return new OCSPRespBuilder()
                    .build(
                            OCSPRespBuilder.SUCCESSFUL,
                            builder.build(signer.key.certificateSigner(), certificates, Date.from(NOW)))
                    .getEncoded();
        }
    }

    @FunctionalInterface
    interface Shape {
        Answer of(TestAuthority root) throws Exception;
    }

    private static MailCertificate responder(
            TestAuthority issuer, TestAuthority responder, TestAuthority.Extra... extras) {
        TestAuthority.Extra[] all = java.util.Arrays.copyOf(extras, extras.length + 1);
        all[extras.length] =
                TestAuthority.extension(OCSPObjectIdentifiers.id_pkix_ocsp_nocheck, false, DERNull.INSTANCE);
        return issuer.certify(responder.name, responder.key.publicKey(), all);
    }

    private static TestAuthority.Extra usage(KeyPurposeId purpose) {
        return TestAuthority.extension(Extension.extendedKeyUsage, true, new ExtendedKeyUsage(purpose));
    }

    static Stream<Arguments> answers() {
        TestAuthority delegate = new TestAuthority("responder");
        TestAuthority stranger = new TestAuthority("root");
        return Stream.of(
                Arguments.of("good", (Shape) Answer::new, ValidationCode.VALID),
                Arguments.of("good, by key", (Shape) root -> new Answer(root).byKey(), ValidationCode.VALID),
                Arguments.of(
                        "good, delegated",
                        (Shape) root -> new Answer(root)
                                .signedBy(delegate, responder(root, delegate, usage(KeyPurposeId.id_kp_OCSPSigning))),
                        ValidationCode.VALID),
                Arguments.of(
                        "good, without end",
                        (Shape) root -> new Answer(root).dated(NOW.minusSeconds(60), null),
                        ValidationCode.VALID),
                Arguments.of(
                        "revoked",
                        (Shape) root -> new Answer(root).status(new RevokedStatus(Date.from(THEN), 1)),
                        ValidationCode.REVOKED),
                Arguments.of(
                        "unknown",
                        (Shape) root -> new Answer(root).status(new UnknownStatus()),
                        ValidationCode.REVOCATION_UNKNOWN),
                Arguments.of(
                        "stale",
                        (Shape) root -> new Answer(root).dated(THEN, HOUR_AGO),
                        ValidationCode.REVOCATION_UNKNOWN),
                Arguments.of(
                        "old, without end",
                        (Shape) root -> new Answer(root).dated(HOUR_AGO, null),
                        ValidationCode.REVOCATION_UNKNOWN),
                Arguments.of(
                        "of the future",
                        (Shape) root -> new Answer(root).dated(NOW.plusSeconds(600), TOMORROW),
                        ValidationCode.REVOCATION_UNKNOWN),
                Arguments.of(
                        "about another certificate",
                        (Shape) root -> new Answer(root)
                                .about(new CertificateID(
                                        new JcaDigestCalculatorProviderBuilder()
                                                .build()
                                                .get(CertificateID.HASH_SHA1),
                                        root.root().holder(),
                                        BigInteger.TWO)),
                        ValidationCode.REVOCATION_UNKNOWN),
                Arguments.of(
                        "by a stranger of the same name",
                        (Shape) root -> new Answer(root).signedBy(stranger),
                        ValidationCode.REVOCATION_UNKNOWN),
                Arguments.of(
                        "by a delegate of a stranger",
                        (Shape) root -> new Answer(root)
                                .signedBy(
                                        delegate, responder(stranger, delegate, usage(KeyPurposeId.id_kp_OCSPSigning))),
                        ValidationCode.REVOCATION_UNKNOWN),
                Arguments.of(
                        "by a delegate for something else",
                        (Shape) root -> new Answer(root)
                                .signedBy(delegate, responder(root, delegate, usage(KeyPurposeId.id_kp_serverAuth))),
                        ValidationCode.REVOCATION_UNKNOWN),
                Arguments.of(
                        "by a delegate for anything",
                        (Shape) root -> new Answer(root).signedBy(delegate, responder(root, delegate)),
                        ValidationCode.REVOCATION_UNKNOWN),
                Arguments.of(
                        "with an unknown critical extension",
                        (Shape) root -> new Answer(root)
                                .extensions(new Extensions(new Extension(
                                        OCSPObjectIdentifiers.id_pkix_ocsp_archive_cutoff,
                                        true,
                                        new DEROctetString(new byte[] {5, 0})))),
                        ValidationCode.REVOCATION_UNKNOWN));
    }

    @ParameterizedTest(name = "{0}")
    @MethodSource("answers")
    void answersAreJudged(String name, Shape shape, ValidationCode code) throws Exception {
        server.on("/ocsp", shape.of(root).served());
        assertThat(bench.validate(leaf).status().code()).isEqualTo(code);
        boolean isRefusedSoftly = code == ValidationCode.REVOKED;
        assertThat(bench.validate(leaf, RevocationMode.SOFT).status().code())
                .isEqualTo(isRefusedSoftly ? ValidationCode.REVOKED : ValidationCode.VALID);
        assertThat(server.hits()).isEqualTo(1);
    }

    static Stream<Arguments> refusals() {
        return Stream.of(
                Arguments.of(OCSPRespBuilder.TRY_LATER, ValidationCode.REVOCATION_OFFLINE),
                Arguments.of(OCSPRespBuilder.INTERNAL_ERROR, ValidationCode.REVOCATION_OFFLINE),
                Arguments.of(OCSPRespBuilder.UNAUTHORIZED, ValidationCode.REVOCATION_UNKNOWN),
                Arguments.of(OCSPRespBuilder.MALFORMED_REQUEST, ValidationCode.REVOCATION_UNKNOWN),
                Arguments.of(OCSPRespBuilder.SIG_REQUIRED, ValidationCode.REVOCATION_UNKNOWN));
    }

    @ParameterizedTest
    @MethodSource("refusals")
    void aResponderThatDoesNotAnswerIsOfflineOrUnknown(int status, ValidationCode code) throws Exception {
        server.on(
                "/ocsp",
                TestServer.body(new OCSPRespBuilder().build(status, null).getEncoded()));
        assertThat(bench.validate(leaf).status().code()).isEqualTo(code);
    }

    @Test
    void garbageIsUnknownAndAServerThatHangsIsOffline() {
        server.on("/ocsp", TestServer.body("<html>".getBytes(StandardCharsets.UTF_8)));
        assertThat(bench.validate(leaf).status().code()).isEqualTo(ValidationCode.REVOCATION_UNKNOWN);
        server.on("/slow", TestServer.hanging());
        assertThat(bench.validate(root.leaf(access(AccessDescription.id_ad_ocsp, server.uri("/slow"))))
                        .status()
                        .code())
                .isEqualTo(ValidationCode.REVOCATION_OFFLINE);
        assertThat(bench.validate(root.leaf(access(AccessDescription.id_ad_ocsp, bench.canary.uri("/"))))
                        .status()
                        .code())
                .isEqualTo(ValidationCode.REVOCATION_UNKNOWN);
    }

    @Test
    void anAnswerHoldsUntilItsNextUpdateAlsoInALaterLife() {
        server.on("/ocsp", new Answer(root).served());
        CacheCounts before = CacheCounts.of("ocsp");
        PathVerdict verdict = bench.validate(leaf);
        assertThat(verdict.validUntil()).isEqualTo(TOMORROW);
        assertThat(Bench.validate(
                                bench.validator(RevocationSettings.DEFAULTS),
                                leaf,
                                RevocationMode.HARD,
                                NOW.plusSeconds(60))
                        .status()
                        .code())
                .isEqualTo(ValidationCode.VALID);
        assertThat(server.hits()).isEqualTo(1);
        assertThat(before.since("ocsp")).isEqualTo(new CacheCounts(1, 1, 0, 0));
    }

    @Test
    void aThousandCertificatesInAnAnswerCostLittle() {
        TestAuthority many = new TestAuthority("many");
        MailCertificate[] chain =
                IntStream.range(0, 60).mapToObj(_ -> many.leaf()).toArray(MailCertificate[]::new);
        server.on("/ocsp", new Answer(root).signedBy(many, chain).served());
        assertThat(bench.validate(leaf).status().code()).isEqualTo(ValidationCode.REVOCATION_UNKNOWN);
        MailCertificate[] more =
                IntStream.range(0, 1_000).mapToObj(i -> chain[i % 60]).toArray(MailCertificate[]::new);
        server.on("/many", new Answer(root).signedBy(many, more).served());
        // This answer is longer than the limit.
        assertThat(bench.validate(root.leaf(access(AccessDescription.id_ad_ocsp, server.uri("/many"))))
                        .status()
                        .code())
                .isEqualTo(ValidationCode.REVOCATION_OFFLINE);
    }

    @Test
    void listsHelpWhereOcspDoesNotAndTheOtherWayRound() {
        server.on("/crl", TestServer.body(ListMaker.current(root).der()));
        server.on(
                "/ocsp",
                new Answer(root).status(new RevokedStatus(Date.from(THEN), 1)).served());
        MailCertificate first =
                root.leaf(access(AccessDescription.id_ad_ocsp, server.uri("/none")), listsAt(server.uri("/crl")));
        assertThat(bench.validate(first).status().code()).isEqualTo(ValidationCode.VALID);
        MailCertificate second =
                root.leaf(access(AccessDescription.id_ad_ocsp, server.uri("/ocsp")), listsAt(server.uri("/none")));
        assertThat(Bench.validate(
                                bench.validator(RevocationSettings.DEFAULTS.withOrder(RevocationOrder.CRL_THEN_OCSP)),
                                second,
                                RevocationMode.HARD,
                                NOW)
                        .status())
                .isEqualTo(new org.postseal.certstore.CertificateStatus.Revoked(THEN, RevocationReason.KEY_COMPROMISE));
        // If both answer, the one that is asked first counts.
        MailCertificate both =
                root.leaf(access(AccessDescription.id_ad_ocsp, server.uri("/ocsp")), listsAt(server.uri("/crl")));
        assertThat(bench.validate(both).status().code()).isEqualTo(ValidationCode.REVOKED);
    }

    @Test
    void aDelegateWithAListMustNotBeOnIt() {
        TestAuthority delegate = new TestAuthority("responder");
        MailCertificate good = root.certify(
                delegate.name,
                delegate.key.publicKey(),
                usage(KeyPurposeId.id_kp_OCSPSigning),
                listsAt(server.uri("/crl")));
        server.on("/ocsp", new Answer(root).signedBy(delegate, good).served());
        server.on(
                "/crl",
                TestServer.body(ListMaker.current(root).revoke(good, THEN, 1).der()));
        assertThat(bench.validate(leaf).status().code()).isEqualTo(ValidationCode.REVOCATION_UNKNOWN);
    }

    @Test
    void aNonceIsNotNeededButMustBeOurs() {
        RevocationSettings defaults = RevocationSettings.DEFAULTS;
        RevocationSettings nonce = new RevocationSettings(
                defaults.order(),
                defaults.crlConnectionTimeout(),
                defaults.crlRetrievalTimeout(),
                defaults.maxOcspOctets(),
                defaults.maxCrlOctets(),
                defaults.maxAddresses(),
                defaults.maxFetches(),
                defaults.fetchMemory(),
                defaults.clockSkew(),
                defaults.undatedLifetime(),
                0,
                true);
        server.on("/ocsp", new Answer(root).extensions(nonce(new byte[32])).served());
        assertThat(Bench.validate(bench.validator(nonce), leaf, RevocationMode.HARD, NOW)
                        .status())
                .isEqualTo(new org.postseal.certstore.CertificateStatus.RevocationUnknown(
                        server.uri("/ocsp") + ": OCSP answer to another request; no list"));
        server.on(
                "/ocsp",
                (request, out) -> new Answer(root)
                        .extensions(new Extensions(
                                new OCSPReq(request).getExtension(OCSPObjectIdentifiers.id_pkix_ocsp_nonce)))
                        .served()
                        .answer(request, out));
        assertThat(Bench.validate(bench.validator(nonce), leaf, RevocationMode.HARD, NOW)
                        .status()
                        .code())
                .isEqualTo(ValidationCode.VALID);
        MailCertificate other = root.leaf(access(AccessDescription.id_ad_ocsp, server.uri("/cached")));
        server.on("/cached", new Answer(root).served());
        assertThat(Bench.validate(bench.validator(nonce), other, RevocationMode.HARD, NOW)
                        .status()
                        .code())
                .isEqualTo(ValidationCode.VALID);
    }

    private static Extensions nonce(byte[] octets) {
        try {
            return new Extensions(new Extension(
                    OCSPObjectIdentifiers.id_pkix_ocsp_nonce, false, new DEROctetString(octets).getEncoded()));
        } catch (java.io.IOException e) {
            throw new IllegalStateException(e);
        }
    }
}
