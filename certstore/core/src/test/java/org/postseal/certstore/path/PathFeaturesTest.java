package org.postseal.certstore.path;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.certstore.path.ListMaker.access;
import static org.postseal.certstore.path.TestAuthority.LEAF_KEY;
import static org.postseal.certstore.path.TestAuthority.NOW;
import static org.postseal.certstore.path.TestAuthority.address;
import static org.postseal.certstore.path.TestAuthority.extension;

import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERTaggedObject;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AccessDescription;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.CertPolicyId;
import org.bouncycastle.asn1.x509.CertificatePolicies;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.GeneralSubtree;
import org.bouncycastle.asn1.x509.NameConstraints;
import org.bouncycastle.asn1.x509.PolicyInformation;
import org.bouncycastle.asn1.x509.PolicyMappings;
import org.bouncycastle.cms.CMSProcessableByteArray;
import org.bouncycastle.cms.CMSSignedDataGenerator;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postseal.certstore.AddressRange;
import org.postseal.certstore.CertificatePurpose;
import org.postseal.certstore.CertificateStatus;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.PathVerdict;
import org.postseal.certstore.RevocationMode;
import org.postseal.certstore.ValidationCode;
import org.postseal.certstore.fetch.BoundedFetcher;
import org.postseal.certstore.fetch.FetchSettings;
import org.postseal.certstore.fetch.TestServer;
import org.postseal.certstore.path.ValidationRequest.Through;

/**
 * Tests issuers that must be in a path, name constraints for mail, codes, the policy budget, and the fetching of
 * missing issuers.
 */
class PathFeaturesTest {
    private final TestAuthority root = new TestAuthority("root");
    private final TestAuthority middle = new TestAuthority("middle");
    private final MailCertificate anchor = root.root();
    private final MailCertificate intermediate = root.authority(middle);

    @AutoClose
    private final TestServer server = new TestServer("127.0.0.1");

    private static PathVerdict validate(
            PathValidator validator,
            MailCertificate leaf,
            RevocationMode mode,
            @org.jspecify.annotations.Nullable Through through) {
        return validator.validate(new ValidationRequest(
                leaf, List.of(), CertificatePurpose.SIGN, mode, NOW, Optional.ofNullable(through)));
    }

    private static PathVerdict validate(PathValidator validator, MailCertificate leaf) {
        return validator.validate(leaf, List.of(), CertificatePurpose.SIGN, NOW);
    }

    @Test
    void aPathLeadsThroughTheIssuerAskedFor() {
        PathValidator validator = new PathValidator(List.of(anchor), List.of(intermediate));
        MailCertificate leaf = middle.leaf();
        assertThat(validate(validator, leaf, RevocationMode.OFF, new Through(intermediate, false))
                        .path())
                .containsExactly(leaf, intermediate, anchor);
        assertThat(validate(validator, leaf, RevocationMode.OFF, new Through(anchor, false))
                        .path())
                .containsExactly(leaf, intermediate, anchor);
        MailCertificate other = new TestAuthority("other").root();
        assertThat(validate(validator, leaf, RevocationMode.OFF, new Through(other, false))
                        .status())
                .isEqualTo(new CertificateStatus.Untrusted("path does not lead through the issuer asked for"));
        // This is a second certificate of the same authority. The path through it is found although another one comes
        // first.
        MailCertificate again = root.authority(middle);
        assertThat(validate(validator, leaf, RevocationMode.OFF, new Through(again, false))
                        .path())
                .containsExactly(leaf, again, anchor);
    }

    @Test
    void aPathMayEndAtAnIssuerThatIsNoAnchorOfOursWhenThatIsAsked() {
        PathValidator nobody = new PathValidator(List.of(), List.of());
        MailCertificate leaf = middle.leaf();
        assertThat(validate(nobody, leaf, RevocationMode.OFF, new Through(intermediate, true))
                        .path())
                .containsExactly(leaf, intermediate);
        assertThat(validate(nobody, leaf, RevocationMode.OFF, new Through(intermediate, false))
                        .status())
                .isInstanceOf(CertificateStatus.Untrusted.class);
        // A path that is good through it is not good without it.
        assertThat(validate(nobody, leaf, RevocationMode.OFF, null).status())
                .isInstanceOf(CertificateStatus.Untrusted.class);
        assertThat(validate(nobody, leaf, RevocationMode.OFF, new Through(anchor, true))
                        .status())
                .isInstanceOf(CertificateStatus.Untrusted.class);
    }

    @Test
    void withoutAnybodyToAskHardIsUnknown() {
        PathValidator validator = new PathValidator(List.of(anchor), List.of());
        assertThat(validate(validator, root.leaf(), RevocationMode.HARD, null).status())
                .isEqualTo(new CertificateStatus.RevocationUnknown("revocation checking is not set up"));
        assertThat(validate(validator, root.leaf(), RevocationMode.SOFT, null).status())
                .isEqualTo(new CertificateStatus.Usable());
    }

    @Test
    void everyRefusalHasItsCode() throws Exception {
        PathValidator validator = new PathValidator(List.of(anchor), List.of(intermediate));
        byte[] forged = middle.leaf().holder().getEncoded();
        forged[forged.length - 1] ^= 1;
        assertThat(validate(validator, MailCertificate.of(forged)).status())
                .isEqualTo(new CertificateStatus.Untrusted(
                        ValidationCode.SIGNATURE_INVALID,
                        "signature is not that of any known certificate of the issuer"));
        assertThat(validate(validator, new TestAuthority("stranger").leaf())
                        .status()
                        .code())
                .isEqualTo(ValidationCode.UNTRUSTED_ISSUER);
        MailCertificate critical = middle.leaf(extension(new ASN1ObjectIdentifier("1.2.3.4"), true, DERNull.INSTANCE));
        assertThat(validate(validator, critical).status().code()).isEqualTo(ValidationCode.INFORMATION_MISSING);
        MailCertificate short0 = root.certify(
                middle.name,
                middle.key.publicKey(),
                extension(Extension.basicConstraints, true, new BasicConstraints(0)));
        TestAuthority below = new TestAuthority("below");
        assertThat(validate(new PathValidator(List.of(anchor), List.of(short0, middle.authority(below))), below.leaf())
                        .status()
                        .code())
                .isEqualTo(ValidationCode.ROLE_CONFUSED);
        MailCertificate expired = root.certify(
                middle.name,
                middle.key.publicKey(),
                TestAuthority.START,
                NOW.minusSeconds(1),
                root.key.certificateSigner(),
                extension(Extension.basicConstraints, true, new BasicConstraints(true)));
        assertThat(validate(new PathValidator(List.of(anchor), List.of(expired)), middle.leaf())
                        .status()
                        .code())
                .isEqualTo(ValidationCode.ISSUER_OUT_OF_TIME);
        PolicyInputs explicit = new PolicyInputs(Set.of("1.2.3"), true, false, false);
        assertThat(validate(
                                new PathValidator(
                                        List.of(anchor),
                                        List.of(intermediate),
                                        IssuerLookup.NONE,
                                        new PathSettings(explicit, false),
                                        Optional.empty(),
                                        Optional.empty()),
                                middle.leaf())
                        .status()
                        .code())
                .isEqualTo(ValidationCode.ISSUER_WRONG_USAGE);
    }

    private static TestAuthority.Extra utf8(String address) {
        ASN1EncodableVector otherName = new ASN1EncodableVector();
        otherName.add(new ASN1ObjectIdentifier("1.3.6.1.5.5.7.8.9"));
        otherName.add(new DERTaggedObject(true, 0, new DERUTF8String(address)));
        return extension(
                Extension.subjectAlternativeName,
                false,
                new GeneralNames(new GeneralName(GeneralName.otherName, new DERSequence(otherName))));
    }

    private static GeneralSubtree[] subtrees(String constraint) {
        return new GeneralSubtree[] {new GeneralSubtree(new GeneralName(GeneralName.rfc822Name, constraint))};
    }

    @ParameterizedTest
    @CsvSource({
        "permit, example.com, alice@example.com, true",
        "permit, example.com, älice@example.com, true",
        "permit, example.com, älice@EXAMPLE.com, true",
        "permit, example.com, älice@sub.example.com, false",
        "permit, .example.com, älice@sub.example.com, true",
        "permit, .example.com, älice@example.com, false",
        "permit, example.com, älice@evil.example, false",
        "permit, alice@example.com, älice@example.com, false",
        "permit, alice@example.com, alice@example.com, true",
        "permit, xn--mller-kva.example, älice@müller.example, true",
        "exclude, example.com, älice@example.com, false",
        "exclude, example.com, älice@evil.example, true",
        "exclude, .example.com, älice@sub.example.com, false",
        "exclude, alice@example.com, älice@example.com, true",
        "exclude, alice@example.com, alice@example.com, false",
    })
    void constraintsBindAddressesOfEveryKind(String kind, String constraint, String address, boolean isAllowed) {
        GeneralSubtree[] trees = subtrees(constraint);
        boolean isPermit = kind.equals("permit");
        TestAuthority.Extra limits = extension(
                Extension.nameConstraints, true, new NameConstraints(isPermit ? trees : null, isPermit ? null : trees));
        boolean isAscii = address.chars().allMatch(c -> c < 128);
        TestAuthority.Extra name = isAscii ? address(address) : utf8(address);
        MailCertificate leaf = middle.certify(new X500Name("CN=leaf"), LEAF_KEY.publicKey(), name);
        assertThat(leaf.addresses()).hasSize(1);
        CertificateStatus expected = isAllowed
                ? new CertificateStatus.Usable()
                : new CertificateStatus.Untrusted(
                        ValidationCode.ISSUER_WRONG_USAGE, "address outside the issuer's name constraints");
        assertThat(validate(new PathValidator(List.of(anchor), List.of(root.authority(middle, limits))), leaf)
                        .status())
                .isEqualTo(expected);
        // An anchor's own constraints apply (RFC 5937).
        assertThat(validate(new PathValidator(List.of(middle.authority(middle, limits)), List.of()), leaf)
                        .status())
                .isEqualTo(expected);
    }

    @Test
    void aMazeOfPoliciesIsRefusedBeforeItIsBuilt() {
        // At every level, each of eight policies is mapped to each other one. That makes 8^6 nodes in the tree of RFC
        // 5280.
        CertPolicyId[] ids = IntStream.range(1, 9)
                .mapToObj(i -> CertPolicyId.getInstance(new ASN1ObjectIdentifier("1.2.3." + i)))
                .toArray(CertPolicyId[]::new);
        CertPolicyId[] from =
                Stream.of(ids).flatMap(id -> Stream.generate(() -> id).limit(8)).toArray(CertPolicyId[]::new);
        CertPolicyId[] to = Stream.of(ids).flatMap(_ -> Stream.of(ids)).toArray(CertPolicyId[]::new);
        TestAuthority.Extra policies = extension(
                Extension.certificatePolicies,
                false,
                new CertificatePolicies(Stream.of(ids)
                        .map(id -> new PolicyInformation((ASN1ObjectIdentifier) id.toASN1Primitive()))
                        .toArray(PolicyInformation[]::new)));
        TestAuthority.Extra mappings = extension(Extension.policyMappings, true, new PolicyMappings(from, to));
        List<TestAuthority> row = new ArrayList<>(List.of(root));
        List<MailCertificate> certificates = new ArrayList<>();
        for (int i = 0; i < 6; i++) {
            TestAuthority next = new TestAuthority("policy level " + i);
            certificates.add(row.getLast().authority(next, policies, mappings));
            row.add(next);
        }
        long start = System.nanoTime();
        assertThat(validate(
                                new PathValidator(List.of(anchor), certificates),
                                row.getLast().leaf(policies))
                        .status())
                .isEqualTo(
                        new CertificateStatus.Untrusted(ValidationCode.INTERNAL, "policy tree larger than 1024 nodes"));
        assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(2));
        // Two such levels are not unusual.
        assertThat(validate(
                                new PathValidator(List.of(anchor), certificates),
                                row.get(1).leaf(policies))
                        .status())
                .isEqualTo(new CertificateStatus.Usable());
    }

    private PathValidator fetching(boolean isOn) {
        FetchSettings settings = new FetchSettings(
                Duration.ofMillis(500),
                Duration.ofMillis(1_000),
                List.of(),
                List.of(AddressRange.of("127.0.0.1/32")),
                Set.of(),
                0);
        return new PathValidator(
                List.of(anchor),
                List.of(),
                IssuerLookup.NONE,
                new PathSettings(PolicyInputs.DEFAULTS, isOn),
                Optional.empty(),
                Optional.of(new BoundedFetcher(settings)));
    }

    @Test
    void aMissingIssuerIsFetchedOnlyWhenThatIsOn() throws Exception {
        server.on("/middle.cer", TestServer.body(intermediate.holder().getEncoded()));
        MailCertificate leaf = middle.leaf(access(AccessDescription.id_ad_caIssuers, server.uri("/middle.cer")));
        assertThat(validate(fetching(false), leaf).status()).isInstanceOf(CertificateStatus.Untrusted.class);
        assertThat(server.hits()).isZero();
        assertThat(validate(fetching(true), leaf).path()).containsExactly(leaf, intermediate, anchor);
        CMSSignedDataGenerator generator = new CMSSignedDataGenerator();
        generator.addCertificate(intermediate.holder());
        server.on(
                "/middle.p7c",
                TestServer.body(generator
                        .generate(new CMSProcessableByteArray(new byte[0]))
                        .getEncoded()));
        MailCertificate other = middle.leaf(access(AccessDescription.id_ad_caIssuers, server.uri("/middle.p7c")));
        assertThat(validate(fetching(true), other).path()).containsExactly(other, intermediate, anchor);
    }

    /**
     * The address is in a certificate that nobody vouches for yet. If the certificate came out of a ciphertext, the
     * address may contain text that was encrypted beside it.
     */
    @Test
    void aMissingIssuerOfWhatWasEncryptedIsNotFetched() throws Exception {
        server.on("/middle.cer", TestServer.body(intermediate.holder().getEncoded()));
        MailCertificate leaf = middle.leaf(access(AccessDescription.id_ad_caIssuers, server.uri("/middle.cer")));
        ValidationRequest request = new ValidationRequest(
                leaf, List.of(), CertificatePurpose.SIGN, RevocationMode.OFF, NOW, Optional.empty());
        PathValidator validator = fetching(true);

        assertThat(validator.validate(request.asQuiet()).status()).isInstanceOf(CertificateStatus.Untrusted.class);
        assertThat(server.hits()).isZero();
        assertThat(validator.validate(request).path()).containsExactly(leaf, intermediate, anchor);
    }

    @Test
    void fetchingIssuersEndsAfterOneLevelAndAFewAddresses() throws Exception {
        TestAuthority below = new TestAuthority("below");
        MailCertificate second =
                middle.authority(below, access(AccessDescription.id_ad_caIssuers, server.uri("/middle.cer")));
        server.on("/below.cer", TestServer.body(second.holder().getEncoded()));
        server.on("/middle.cer", TestServer.body(intermediate.holder().getEncoded()));
        MailCertificate leaf = below.leaf(access(AccessDescription.id_ad_caIssuers, server.uri("/below.cer")));
        assertThat(validate(fetching(true), leaf).status()).isInstanceOf(CertificateStatus.Untrusted.class);
        assertThat(server.hits()).isEqualTo(1);
        String[] many =
                IntStream.range(0, 100).mapToObj(i -> server.uri("/none" + i)).toArray(String[]::new);
        assertThat(validate(fetching(true), middle.leaf(access(AccessDescription.id_ad_caIssuers, many)))
                        .status())
                .isInstanceOf(CertificateStatus.Untrusted.class);
        assertThat(server.hits()).isEqualTo(3);
    }
}
