package org.postseal.certstore.path;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.certstore.path.TestAuthority.END;
import static org.postseal.certstore.path.TestAuthority.LEAF_KEY;
import static org.postseal.certstore.path.TestAuthority.NOW;
import static org.postseal.certstore.path.TestAuthority.START;
import static org.postseal.certstore.path.TestAuthority.address;
import static org.postseal.certstore.path.TestAuthority.extension;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralSubtree;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.NameConstraints;
import org.junit.jupiter.api.Test;
import org.postseal.certstore.CacheCounts;
import org.postseal.certstore.CertificatePurpose;
import org.postseal.certstore.CertificateStatus;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.PathVerdict;
import org.postseal.certstore.ValidationCode;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.certstore.key.KeyMaterial;

class PathValidatorTest {
    private final TestAuthority root = new TestAuthority("root");
    private final TestAuthority middle = new TestAuthority("middle");
    private final MailCertificate anchor = root.root();
    private final MailCertificate intermediate = root.authority(middle);
    private final PathValidator validator = new PathValidator(List.of(anchor), List.of(intermediate));

    @Test
    void buildsFromLeafToAnchor() {
        MailCertificate leaf = middle.leaf();
        CacheCounts before = CacheCounts.of("paths");
        PathVerdict verdict = validate(leaf);
        assertThat(verdict.status()).isEqualTo(new CertificateStatus.Usable());
        assertThat(verdict.path()).containsExactly(leaf, intermediate, anchor);
        assertThat(validator.intermediates(leaf)).containsExactly(intermediate);
        assertThat(validate(leaf)).isEqualTo(verdict);
        assertThat(before.since("paths")).isEqualTo(new CacheCounts(1, 1, 0, 0));
    }

    @Test
    void storedIssuersAreAskedForWhatAPathLacksAndNeverTrusted() {
        TestAuthority lower = new TestAuthority("lower");
        MailCertificate lowest = middle.authority(lower);
        MailCertificate leaf = lower.leaf();
        List<MailCertificate> asked = new ArrayList<>();
        IssuerLookup stored = certificate -> {
            asked.add(certificate);
            return Stream.of(lowest, intermediate, anchor)
                    .filter(each -> each.subject().equals(certificate.issuer()))
                    .toList();
        };
        assertThat(validate(stored, List.of(anchor), leaf).path()).containsExactly(leaf, lowest, intermediate, anchor);
        assertThat(asked).containsExactly(leaf, lowest);
        asked.clear();
        assertThat(validate(stored, List.of(), leaf).status())
                .isEqualTo(new CertificateStatus.Untrusted("no path to a trust anchor"));
        assertThat(asked).hasSizeLessThanOrEqualTo(4);
    }

    private static PathVerdict validate(IssuerLookup stored, List<MailCertificate> anchors, MailCertificate leaf) {
        return new PathValidator(anchors, List.of(), stored, PathSettings.DEFAULTS, Optional.empty(), Optional.empty())
                .validate(leaf, List.of(), CertificatePurpose.SIGN, NOW);
    }

    @Test
    void messageHelpsToBuildAndNeverToTrust() {
        MailCertificate leaf = middle.leaf();
        PathValidator bare = new PathValidator(List.of(anchor), List.of());
        assertThat(bare.validate(leaf, List.of(), CertificatePurpose.SIGN, NOW).status())
                .isEqualTo(new CertificateStatus.Untrusted("no path to a trust anchor"));
        assertThat(bare.validate(leaf, List.of(intermediate), CertificatePurpose.SIGN, NOW)
                        .path())
                .containsExactly(leaf, intermediate, anchor);
        TestAuthority foreign = new TestAuthority("root");
        MailCertificate foreignRoot = foreign.root();
        MailCertificate foreignLeaf = foreign.leaf();
        assertUntrusted(bare.validate(foreignLeaf, List.of(foreignRoot), CertificatePurpose.SIGN, NOW));
        MailCertificate selfSigned = foreign.certify(foreign.name, foreign.key.publicKey(), address("a@example.com"));
        assertUntrusted(bare.validate(selfSigned, List.of(selfSigned), CertificatePurpose.SIGN, NOW));
    }

    @Test
    void timeDecidesAlsoForARememberedAnswer() {
        MailCertificate leaf = middle.leaf();
        assertThat(validate(leaf, END).status()).isEqualTo(new CertificateStatus.Usable());
        assertThat(validate(leaf, START).status()).isEqualTo(new CertificateStatus.Usable());
        assertThat(validate(leaf, END.plusSeconds(1)).status()).isEqualTo(new CertificateStatus.Expired(END));
        assertThat(validate(leaf, START.minusSeconds(1)).status()).isEqualTo(new CertificateStatus.NotYetValid(START));
    }

    @Test
    void everyIssuerMustBeValidAtTheTime() {
        Instant early = NOW.minus(Duration.ofDays(30));
        MailCertificate shortLived = root.certify(
                middle.name,
                middle.key.publicKey(),
                START,
                early,
                root.key.certificateSigner(),
                extension(Extension.basicConstraints, true, new BasicConstraints(true)));
        PathValidator validatorOfShort = new PathValidator(List.of(anchor), List.of(shortLived));
        MailCertificate leaf = middle.leaf();
        assertThat(validatorOfShort
                        .validate(leaf, List.of(), CertificatePurpose.SIGN, early)
                        .status())
                .isEqualTo(new CertificateStatus.Usable());
        // The remembered answer ends when the intermediate expires, which is before the leaf expires.
        assertUntrusted(validatorOfShort.validate(leaf, List.of(), CertificatePurpose.SIGN, NOW));
    }

    @Test
    void anExpiredAnchorTrustsNobody() {
        MailCertificate old = root.certify(
                root.name,
                root.key.publicKey(),
                START,
                NOW.minusSeconds(1),
                root.key.certificateSigner(),
                extension(Extension.basicConstraints, true, new BasicConstraints(true)));
        PathValidator ofOld = new PathValidator(List.of(old), List.of());
        assertThat(ofOld.validate(root.leaf(), List.of(), CertificatePurpose.SIGN, NOW)
                        .status())
                .isEqualTo(new CertificateStatus.Untrusted(
                        ValidationCode.ISSUER_OUT_OF_TIME, "trust anchor not valid at this time"));
    }

    @Test
    void anAnchorOfTomorrowTrustsNobodyToday() {
        MailCertificate young = root.certify(
                root.name,
                root.key.publicKey(),
                NOW.plusSeconds(1),
                END,
                root.key.certificateSigner(),
                extension(Extension.basicConstraints, true, new BasicConstraints(true)));
        PathValidator ofYoung = new PathValidator(List.of(young), List.of());
        MailCertificate leaf = root.leaf();
        assertThat(ofYoung.validate(leaf, List.of(), CertificatePurpose.SIGN, NOW)
                        .status())
                .isEqualTo(new CertificateStatus.Untrusted(
                        ValidationCode.ISSUER_OUT_OF_TIME, "trust anchor not valid at this time"));
        assertThat(ofYoung.validate(leaf, List.of(), CertificatePurpose.SIGN, NOW.plusSeconds(1))
                        .status())
                .isEqualTo(new CertificateStatus.Usable());
    }

    @Test
    void shortKeysAreUntrustedInLeafAndIssuer() throws Exception {
        java.security.KeyPairGenerator generator = java.security.KeyPairGenerator.getInstance("RSA");
        generator.initialize(1024);
        java.security.KeyPair pair = generator.generateKeyPair();
        org.bouncycastle.asn1.x509.SubjectPublicKeyInfo publicKey =
                org.bouncycastle.asn1.x509.SubjectPublicKeyInfo.getInstance(
                        pair.getPublic().getEncoded());
        MailCertificate shortLeaf = middle.certify(new X500Name("CN=leaf"), publicKey, address("alice@example.com"));
        assertThat(validate(shortLeaf).status())
                .isEqualTo(new CertificateStatus.Untrusted(
                        ValidationCode.INFORMATION_MISSING, "RSA key of 1024 bits is too short"));

        TestAuthority weak = new TestAuthority("weak");
        MailCertificate issuer = root.certify(
                weak.name, publicKey, extension(Extension.basicConstraints, true, new BasicConstraints(true)));
        MailCertificate leaf = weak.certify(
                new X500Name("CN=leaf"),
                LEAF_KEY.publicKey(),
                START,
                END,
                new org.bouncycastle.operator.jcajce.JcaContentSignerBuilder("SHA256withRSA").build(pair.getPrivate()),
                address("alice@example.com"));
        assertThat(new PathValidator(List.of(anchor), List.of(issuer))
                        .validate(leaf, List.of(), CertificatePurpose.SIGN, NOW)
                        .status())
                .isEqualTo(new CertificateStatus.Untrusted(
                        ValidationCode.SIGNATURE_INVALID, "issuer: RSA key of 1024 bits is too short"));
    }

    @Test
    void issuersMustBeAuthorities() {
        assertRefusedIssuer(ValidationCode.ROLE_CONFUSED, "issuer is no certification authority");
        assertRefusedIssuer(
                ValidationCode.ROLE_CONFUSED,
                "issuer is no certification authority",
                extension(Extension.basicConstraints, true, new BasicConstraints(false)));
        assertRefusedIssuer(
                ValidationCode.ROLE_CONFUSED,
                "issuer may not sign certificates",
                extension(Extension.basicConstraints, true, new BasicConstraints(true)),
                extension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature)));
        assertRefusedIssuer(
                ValidationCode.ISSUER_WRONG_USAGE,
                "issuer's extKeyUsage does not allow mail",
                extension(Extension.basicConstraints, true, new BasicConstraints(true)),
                extension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth)));
    }

    @Test
    void pathLengthConstraintHolds() {
        TestAuthority below = new TestAuthority("below");
        MailCertificate limited = root.certify(
                middle.name,
                middle.key.publicKey(),
                extension(Extension.basicConstraints, true, new BasicConstraints(0)));
        MailCertificate tooDeep = middle.authority(below);
        assertUntrusted(new PathValidator(List.of(anchor), List.of(limited, tooDeep))
                .validate(below.leaf(), List.of(), CertificatePurpose.SIGN, NOW));
    }

    @Test
    void depthEndsAtEight() {
        List<TestAuthority> row = new ArrayList<>(List.of(root));
        List<MailCertificate> certificates = new ArrayList<>();
        for (int i = 1; i <= 7; i++) {
            TestAuthority next = new TestAuthority("level " + i);
            certificates.add(row.getLast().authority(next));
            row.add(next);
        }
        PathValidator deep = new PathValidator(List.of(anchor), certificates);
        // The path has the leaf, six intermediates and the anchor.
        assertThat(deep.validate(row.get(6).leaf(), List.of(), CertificatePurpose.SIGN, NOW)
                        .path())
                .hasSize(8);
        assertThat(deep.validate(row.get(7).leaf(), List.of(), CertificatePurpose.SIGN, NOW)
                        .status())
                .isEqualTo(new CertificateStatus.Untrusted(ValidationCode.INTERNAL, "path longer than 8 certificates"));
    }

    @Test
    void nameConstraintsBindEveryAddress() {
        MailCertificate constrained = root.authority(
                middle,
                extension(
                        Extension.nameConstraints,
                        true,
                        new NameConstraints(
                                new GeneralSubtree[] {
                                    new GeneralSubtree(new GeneralName(GeneralName.rfc822Name, "example.com"))
                                },
                                null)));
        PathValidator ofConstrained = new PathValidator(List.of(anchor), List.of(constrained));
        assertThat(ofConstrained
                        .validate(middle.leaf(), List.of(), CertificatePurpose.SIGN, NOW)
                        .status())
                .isEqualTo(new CertificateStatus.Usable());
        MailCertificate foreign =
                middle.certify(new X500Name("CN=leaf"), LEAF_KEY.publicKey(), address("alice@evil.example"));
        assertUntrusted(ofConstrained.validate(foreign, List.of(), CertificatePurpose.SIGN, NOW));
        MailCertificate inSubject = middle.certify(new X500Name("E=alice@evil.example"), LEAF_KEY.publicKey());
        assertUntrusted(ofConstrained.validate(inSubject, List.of(), CertificatePurpose.SIGN, NOW));
        MailCertificate hidden =
                middle.certify(new X500Name("E=alice@evil.example"), LEAF_KEY.publicKey(), address("bob@example.com"));
        assertThat(ofConstrained
                        .validate(hidden, List.of(), CertificatePurpose.SIGN, NOW)
                        .status())
                .isEqualTo(new CertificateStatus.Untrusted(
                        ValidationCode.ISSUER_WRONG_USAGE, "address outside the issuer's name constraints"));
    }

    @Test
    void unknownCriticalExtensionIsRefused() {
        assertUntrusted(validate(middle.leaf(extension(new ASN1ObjectIdentifier("1.2.3.4"), true, DERNull.INSTANCE))));
        assertThat(validate(middle.leaf(extension(new ASN1ObjectIdentifier("1.2.3.4"), false, DERNull.INSTANCE)))
                        .status())
                .isEqualTo(new CertificateStatus.Usable());
    }

    @Test
    void weakSignaturesAreRefused() throws Exception {
        java.security.KeyPairGenerator generator = java.security.KeyPairGenerator.getInstance("RSA");
        generator.initialize(2048);
        java.security.KeyPair pair = generator.generateKeyPair();
        org.bouncycastle.asn1.x509.SubjectPublicKeyInfo publicKey =
                org.bouncycastle.asn1.x509.SubjectPublicKeyInfo.getInstance(
                        pair.getPublic().getEncoded());
        TestAuthority rsa = new TestAuthority("rsa", KeyMaterial.generate(KeyAlgorithm.P256));
        MailCertificate issuer = root.certify(
                rsa.name, publicKey, extension(Extension.basicConstraints, true, new BasicConstraints(true)));
        PathValidator ofRsa = new PathValidator(List.of(anchor), List.of(issuer));
        for (String algorithm : List.of("MD5withRSA", "SHA1withRSA", "SHA256withRSA")) {
            MailCertificate leaf = rsa.certify(
                    new X500Name("CN=leaf"),
                    LEAF_KEY.publicKey(),
                    START,
                    END,
                    new org.bouncycastle.operator.jcajce.JcaContentSignerBuilder(algorithm).build(pair.getPrivate()),
                    address("alice@example.com"));
            assertThat(ofRsa.validate(leaf, List.of(), CertificatePurpose.SIGN, NOW)
                            .status())
                    .isEqualTo(
                            algorithm.equals("SHA256withRSA")
                                    ? new CertificateStatus.Usable()
                                    : new CertificateStatus.Untrusted(
                                            ValidationCode.SIGNATURE_INVALID,
                                            "weak or unknown signature algorithm in a certificate"));
        }
    }

    @Test
    void forgedSignatureIsRefused() throws Exception {
        byte[] der = middle.leaf().holder().getEncoded();
        der[der.length - 1] ^= 1;
        assertUntrusted(validate(MailCertificate.of(der)));
    }

    @Test
    void usageIsThatOfThePurpose() {
        MailCertificate signer =
                middle.leaf(extension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature)));
        assertThat(validate(signer).status()).isEqualTo(new CertificateStatus.Usable());
        assertThat(validator.validate(signer, List.of(), CertificatePurpose.ENCRYPT, NOW))
                .isEqualTo(new PathVerdict(
                        new CertificateStatus.WrongUsage("keyUsage has no keyAgreement"), List.of(), Instant.MAX));
        MailCertificate server = middle.leaf(
                extension(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth)));
        assertThat(validate(server).status())
                .isEqualTo(new CertificateStatus.WrongUsage("extKeyUsage has no emailProtection"));
    }

    @Test
    void aLeafAmongTheAnchorsIsTrustedForItselfOnly() {
        TestAuthority self = new TestAuthority("self");
        MailCertificate selfSigned = self.certify(self.name, self.key.publicKey(), address("s@example.com"));
        PathValidator pinned = new PathValidator(List.of(selfSigned), List.of());
        assertThat(pinned.validate(selfSigned, List.of(), CertificatePurpose.SIGN, NOW)
                        .path())
                .containsExactly(selfSigned);
        assertUntrusted(pinned.validate(self.leaf(), List.of(), CertificatePurpose.SIGN, NOW));
    }

    @Test
    void crossCertificatesAndLoopsEnd() {
        TestAuthority one = new TestAuthority("one");
        TestAuthority other = new TestAuthority("other");
        List<MailCertificate> loop = List.of(one.authority(other), other.authority(one), one.root(), other.root());
        assertUntrusted(validator.validate(one.leaf(), loop, CertificatePurpose.SIGN, NOW));
        List<MailCertificate> withWayOut = new ArrayList<>(loop);
        withWayOut.add(root.authority(other));
        assertThat(validator
                        .validate(one.leaf(), withWayOut, CertificatePurpose.SIGN, NOW)
                        .path())
                .hasSize(4);
    }

    @Test
    void aMazeCostsLittle() {
        // There are ten names, and twenty certificates of the same key for each step. That makes 20^9 paths, none of
        // which reaches an anchor.
        List<TestAuthority> levels = new ArrayList<>();
        for (int i = 0; i < 10; i++) {
            levels.add(new TestAuthority("maze " + i));
        }
        List<MailCertificate> maze = new ArrayList<>();
        for (int i = 0; i + 1 < levels.size(); i++) {
            for (int copy = 0; copy < 20; copy++) {
                maze.add(levels.get(i + 1).authority(levels.get(i)));
            }
        }
        MailCertificate leaf = levels.getFirst().leaf();
        assertThat(validator.validate(leaf, maze, CertificatePurpose.SIGN, NOW).status())
                .isEqualTo(new CertificateStatus.Untrusted(
                        ValidationCode.INTERNAL, "gave up after 200 candidate certificates"));
    }

    private PathVerdict validate(MailCertificate leaf) {
        return validate(leaf, NOW);
    }

    private PathVerdict validate(MailCertificate leaf, Instant time) {
        return validator.validate(leaf, List.of(), CertificatePurpose.SIGN, time);
    }

    private void assertRefusedIssuer(ValidationCode code, String why, TestAuthority.Extra... extras) {
        MailCertificate issuer = root.certify(middle.name, middle.key.publicKey(), extras);
        PathVerdict verdict = new PathValidator(List.of(anchor), List.of(issuer))
                .validate(middle.leaf(), List.of(), CertificatePurpose.SIGN, NOW);
        assertThat(verdict.status()).isEqualTo(new CertificateStatus.Untrusted(code, why));
    }

    private static void assertUntrusted(PathVerdict verdict) {
        assertThat(verdict.status()).isInstanceOf(CertificateStatus.Untrusted.class);
        assertThat(verdict.path()).isEmpty();
    }
}
