package org.postseal.certstore.authority.lint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;
import static org.junit.jupiter.params.provider.Arguments.arguments;

import java.math.BigInteger;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DERPrintableString;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.RSAPublicKey;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AccessDescription;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.asn1.x509.SubjectKeyIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.jce.provider.BouncyCastleProvider;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.authority.lint.LintReport.NotApplied;
import org.postseal.certstore.issue.CertificateAuthority;
import org.postseal.certstore.issue.Profile;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.certstore.key.KeyMaterial;

/** Checks for every rule a certificate that breaks it, and a sample that breaks none. */
final class CertificateLintTest {
    /** The rules, each with a certificate that breaks it. */
    private static final Map<String, Sample> BROKEN = broken();

    /** Certificates of each type and kind of key that break no rule. */
    static Stream<Sample> right() {
        return Stream.of(
                new Sample(),
                new Sample().rsa(),
                new Sample().subject("CN=ähm@example.com").names(Sample.utf8Mailbox("ähm@example.com")),
                new Sample().subject("CN=ALICE@example.com,2.5.4.5=7"),
                new Sample().claims("2.3", "CN=Example,O=Example,C=DE,2.5.4.97=NTRDE-1"),
                new Sample().claims("2.2", "O=Example,2.5.4.97=NTRUS\\+CA-1,C=US,ST=CA,L=Here,STREET=Way 1"),
                new Sample().claims("2.3", "O=Example,2.5.4.97=LEIXG-" + CODE + ",C=DE"),
                new Sample().claims("2.3", "O=Example,2.5.4.97=VATEL-1,C=GR"),
                new Sample().claims("2.3", "O=Example,2.5.4.97=PSDBE-NBB-1234.567.890"),
                new Sample().claims("2.3", "O=Example,2.5.4.97=GOVUS\\+CA,C=US"),
                new Sample().claims("2.3", "O=Example,2.5.4.97=INTXG,C=CH"),
                new Sample().claims("3.3", "CN=Ann Lee,O=Example,2.5.4.97=NTRDE-1,GIVENNAME=Ann,SURNAME=Lee"),
                new Sample().claims("3.3", "CN=Ann Lee,O=Ann Lee,2.5.4.97=NTRDE-1,SURNAME=Lee"),
                new Sample().claims("3.3", "CN=The Fox,O=Example,2.5.4.97=NTRDE-1,2.5.4.65=Fox"),
                new Sample().claims("4.3", "CN=Ann Lee,SURNAME=Lee,C=XX"),
                new Sample()
                        .claims("3.3", "O=Example,2.5.4.97=NTRDE-1,SURNAME=Lee")
                        .put(oid("1.3.6.1.4.1.52266.1"), false, new DERPrintableString(CODE)),
                postQuantum(KeyAlgorithm.ML_DSA_44, KeyUsage.digitalSignature),
                postQuantum(KeyAlgorithm.ML_DSA_65, KeyUsage.digitalSignature | KeyUsage.nonRepudiation),
                postQuantum(KeyAlgorithm.ML_DSA_87, KeyUsage.digitalSignature),
                postQuantum(KeyAlgorithm.ML_KEM_512, KeyUsage.keyEncipherment),
                postQuantum(KeyAlgorithm.ML_KEM_768, KeyUsage.keyEncipherment),
                postQuantum(KeyAlgorithm.ML_KEM_1024, KeyUsage.keyEncipherment),
                plain());
    }

    @ParameterizedTest
    @MethodSource("right")
    void whatIsRightBreaksNoRule(Sample sample) {
        assertThat(CertificateLint.report(sample.der()).findings()).isEmpty();
    }

    @Test
    void everyRuleIsShown() {
        assertThat(BROKEN.keySet())
                .containsExactlyInAnyOrderElementsOf(CertificateLint.rules().stream()
                        .map(CertificateLint.Description::id)
                        .toList());
    }

    static Stream<String> rules() {
        return BROKEN.keySet().stream();
    }

    @ParameterizedTest
    @MethodSource("rules")
    void isFoundAndNoOther(String rule) {
        assertThat(found(Objects.requireNonNull(BROKEN.get(rule)))).containsExactly(rule);
    }

    /** Says further ways to break a rule. */
    static Stream<Arguments> furtherWays() {
        return Stream.of(
                arguments("br-org-identifier", organization("NTRDE"), "has no reference"),
                arguments("br-org-identifier", organization("GOVDE-1"), "has a reference"),
                arguments("br-org-identifier", organization("PSDBE-1"), "has no authority"),
                arguments("br-org-country", organization("NTRQQ-1"), "is no country"),
                arguments("br-org-country", organization("LEIDE-" + CODE), "has another country than XG"),
                arguments("br-org-country", organization("NTREL-1"), "has the prefix of another scheme"),
                arguments("br-lei-code", organization("LEIXG-" + CODE.substring(1)), "is too short"),
                arguments(
                        "br-lei-code",
                        new Sample()
                                .claims("2.3", "O=Example,2.5.4.97=NTRDE-1")
                                .put(oid("1.3.6.1.4.1.52266.1"), false, new DERPrintableString("LEI")),
                        "is in the extension"),
                arguments("br-subject-place", placed("ST=Hesse"), "has a state without country"),
                arguments("br-subject-place", placed("2.5.4.17=12345"), "has a code without country"),
                arguments("br-subject-place", placed("C=DE,STREET=Way 1"), "has a street without place"),
                arguments("br-pseudonym", person("GIVENNAME=Ann,2.5.4.65=Fox"), "has a given name"),
                arguments("br-common-name", person("CN=Ann,2.5.4.65=Fox"), "is not the pseudonym"),
                arguments("br-common-name", person("CN=Example,SURNAME=Lee,O=Example"), "is the organization"),
                arguments("br-san-repeats", person("SURNAME=Lee,2.5.4.5=bob@example.com"), "is in a number"),
                arguments("br-san-repeats", person("SURNAME=Lee,CN=Lee <bob@example.com>"), "is within a text"),
                arguments(
                        "br-san-repeats",
                        new Sample()
                                .names(
                                        new GeneralName(GeneralName.rfc822Name, "alice@example.com"),
                                        new GeneralName(new X500Name("E=bob@example.com"))),
                        "is in a directory name"),
                arguments("br-san-rfc822", named("alice@example.com bob@example.com"), "has two by a blank"),
                arguments("br-san-rfc822", named("Alice <alice@example.com>"), "has a display name"),
                arguments(
                        "br-key-usage-bits",
                        postQuantum(KeyAlgorithm.ML_DSA_65, KeyUsage.digitalSignature | KeyUsage.keyCertSign),
                        "has a bit that ML-DSA must not have"),
                arguments(
                        "br-key-usage-bits",
                        postQuantum(KeyAlgorithm.ML_KEM_768, KeyUsage.keyEncipherment | KeyUsage.dataEncipherment),
                        "has a bit that ML-KEM must not have"),
                arguments(
                        "br-key-kind",
                        postQuantum(KeyAlgorithm.ML_DSA_65, KeyUsage.digitalSignature)
                                .from(Instant.parse("2025-08-21T23:59:59Z")),
                        "is older than version 1.0.11"));
    }

    @ParameterizedTest(name = "{0}: it {2}")
    @MethodSource("furtherWays")
    void isFoundInFurtherWays(String rule, Sample sample, String how) {
        assertThat(found(sample)).as(how).containsExactly(rule);
    }

    @Test
    void anAlgorithmOfPqcHasNoParameters() {
        SubjectPublicKeyInfo key = KeyMaterial.generate(KeyAlgorithm.ML_KEM_768).publicKey();
        Sample sample = postQuantum(KeyAlgorithm.ML_KEM_768, KeyUsage.keyEncipherment)
                .key(new SubjectPublicKeyInfo(
                        new AlgorithmIdentifier(key.getAlgorithm().getAlgorithm(), DERNull.INSTANCE),
                        key.getPublicKeyData().getOctets()));
        assertThat(found(sample)).containsExactly("unusable", "br-key-encoding");
    }

    @Test
    void aSignatureOfMlDsaIsAllowedSinceTheVersionThatAllowsIt() {
        Sample sample = new Sample().signedByMlDsa();
        assertThat(found(sample)).isEmpty();
        assertThat(found(sample.from(Instant.parse("2025-08-21T23:59:59Z")))).containsExactly("br-signature-algorithm");
    }

    @Test
    void saysWhichRulesAreNotAppliedAndWhy() {
        String authority = "a certificate of an authority";
        assertThat(reasons(new Sample()))
                .containsExactly(
                        "no-address, address-in-subject-only, no-eku: the Baseline Requirements are stricter",
                        "br-legacy: not of the generation Legacy",
                        "br-rsa-size: no RSA key",
                        "br-pseudonym: neither Sponsor- nor Individual-validated",
                        "br-subject-required, br-subject-place: Mailbox-validated",
                        "br-org-identifier, br-org-scheme, br-org-country, br-lei-code:"
                                + " neither Organization- nor Sponsor-validated");
        assertThat(reasons(new Sample().claims("4.2", "SURNAME=Lee").rsa()))
                .containsExactly(
                        "no-address, address-in-subject-only, no-eku: the Baseline Requirements are stricter",
                        "br-legacy: not of the generation Legacy",
                        "br-eku-other: not of the generation Strict",
                        "br-org-identifier, br-org-scheme, br-org-country, br-lei-code:"
                                + " neither Organization- nor Sponsor-validated");
        assertThat(reasons(plain())).containsExactly("br-*: no policy of the S/MIME Baseline Requirements");
        assertThat(reasons(new Sample().policies("2.23.140.1.5.9.1")))
                .containsExactly("br-*: a policy that the Baseline Requirements do not define");
        assertThat(reasons(new Sample()
                        .from(Instant.parse("2023-08-31T23:59:59Z"))
                        .without(Extension.authorityKeyIdentifier)))
                .containsExactly("br-*: issued before 2023-09-01");
        assertThat(reasons(new Sample().put(Extension.basicConstraints, true, new BasicConstraints(true))))
                .containsExactly("no-address, address-in-subject-only, no-use, no-eku, br-*: " + authority);
        assertThat(reasons(plain().key(rsaKey(512, 65537))))
                .containsExactly(
                        "no-address, address-in-subject-only, no-use, weak-key: the gateway cannot use it",
                        "br-*: no policy of the S/MIME Baseline Requirements");
        assertThat(CertificateLint.report(new byte[] {0x30, 0}).notApplied())
                .containsExactly(new NotApplied(List.of("*"), "it cannot be read"));
    }

    @Test
    void whatCannotBeReadIsAFinding() {
        assertThat(found(new Sample().put(Extension.cRLDistributionPoints, false, new DERUTF8String("no"))))
                .containsOnly(CertificateLint.MALFORMED);
        Sample sample = new Sample().put(Extension.certificatePolicies, false, new DERUTF8String("no"));
        assertThat(found(sample)).containsExactly(CertificateLint.MALFORMED);
        assertThat(reasons(sample))
                .containsExactly("no-address, address-in-subject-only, no-eku, br-*:"
                        + " the part that decides about it cannot be read");
        assertThat(CertificateLint.report(new byte[0]).findings())
                .extracting(Finding::rule)
                .containsExactly(CertificateLint.MALFORMED);
    }

    /** Many readers take the first of two extensions of one kind. */
    @Test
    void aRepeatedExtensionDoesNotHideTheOthers() {
        String hex = HexFormat.of()
                .formatHex(new Sample()
                        .without(Extension.cRLDistributionPoints)
                        .critical(Extension.subjectKeyIdentifier, true)
                        .der());
        byte[] der = HexFormat.of().parseHex(hex.replace("0603551d23", "0603551d0e"));
        assertThat(CertificateLint.report(der).findings())
                .extracting(Finding::rule)
                .contains("unusable", "br-crl-absent", "br-aki-absent")
                .doesNotContain(CertificateLint.MALFORMED);
    }

    @Test
    void authoritiesHaveNoAddressToMiss() {
        CertificateAuthority authority =
                CertificateAuthority.create("Ours", Sample.START, Sample.START.plus(Duration.ofDays(1000)));
        assertThat(CertificateLint.check(authority.root())).isEmpty();
        assertThat(CertificateLint.check(authority
                        .issue(
                                MailAddress.of("alice@example.com"),
                                KeyAlgorithm.P256,
                                Profile.DUAL,
                                Sample.START,
                                Sample.START.plus(Duration.ofDays(10)))
                        .certificate()))
                .extracting(Finding::severity)
                .doesNotContain(Finding.Severity.ERROR);
    }

    /** The Baseline Requirements forbid these curves, and bind only certificates that claim them. */
    @Test
    void brainpoolIsWrongOnlyWhereTheBaselineRequirementsHold() throws Exception {
        KeyPairGenerator generator = KeyPairGenerator.getInstance("EC", new BouncyCastleProvider());
        generator.initialize(new ECGenParameterSpec("brainpoolP256r1"));
        SubjectPublicKeyInfo key = SubjectPublicKeyInfo.getInstance(
                generator.generateKeyPair().getPublic().getEncoded());
        assertThat(CertificateLint.check(new Sample().key(key).make()))
                .extracting(Finding::rule, Finding::section, Finding::text)
                .containsExactly(
                        tuple("br-key-kind", "BR 1.0.12 §6.1.5", "its kind of key is not allowed: EC brainpoolP256r1"));
        assertThat(found(plain().key(key))).isEmpty();
    }

    private static List<String> found(Sample sample) {
        return CertificateLint.report(sample.der()).findings().stream()
                .map(Finding::rule)
                .toList();
    }

    private static List<String> reasons(Sample sample) {
        return CertificateLint.report(sample.der()).notApplied().stream()
                .map(each -> String.join(", ", each.rules()) + ": " + each.reason())
                .toList();
    }

    private static Sample organization(String identifier) {
        return new Sample().claims("2.3", "O=Example,2.5.4.97=" + identifier.replace("+", "\\+"));
    }

    private static Sample person(String attributes) {
        return new Sample()
                .claims("3.3", attributes + (attributes.contains("O=") ? "" : ",O=Ours") + ",2.5.4.97=NTRDE-1");
    }

    private static Sample placed(String attributes) {
        return new Sample().claims("4.2", "SURNAME=Lee," + attributes);
    }

    private static Sample named(String rfc822Name) {
        return new Sample()
                .subject("2.5.4.5=1")
                .names(
                        new GeneralName(GeneralName.rfc822Name, "alice@example.com"),
                        new GeneralName(GeneralName.rfc822Name, rfc822Name));
    }

    private static Sample postQuantum(KeyAlgorithm algorithm, int bits) {
        return new Sample().key(KeyMaterial.generate(algorithm).publicKey()).usage(bits);
    }

    private static Map<String, Sample> broken() {
        Map<String, Sample> all = new LinkedHashMap<>();
        own(all);
        keys(all);
        usage(all);
        extensions(all);
        names(all);
        return all;
    }

    private static void own(Map<String, Sample> all) {
        all.put("unusable", plain().key(rsaKey(512, 65537)).usage(KeyUsage.digitalSignature));
        all.put(
                "no-address",
                plain().names(new GeneralName(new X500Name("CN=Alice"))).subject("CN=Alice"));
        all.put(
                "address-in-subject-only",
                plain().without(Extension.subjectAlternativeName).subject("E=alice@example.com"));
        all.put("no-use", plain().usage(KeyUsage.cRLSign));
        all.put("ski-absent", plain().without(Extension.subjectKeyIdentifier));
        all.put(
                "ski-not-derived",
                plain().put(Extension.subjectKeyIdentifier, false, new SubjectKeyIdentifier(new byte[20])));
        all.put("weak-key", plain().key(rsaKey(1024, 65537)).usage(KeyUsage.digitalSignature));
        all.put("weak-signature", plain().signed("SHA1withECDSA"));
        all.put("no-eku", plain().without(Extension.extendedKeyUsage));
        all.put(
                "no-revocation",
                plain().without(Extension.cRLDistributionPoints).without(Extension.authorityInfoAccess));
        all.put("serial-not-positive", plain().serial(BigInteger.valueOf(-5)));
    }

    private static void keys(Map<String, Sample> all) {
        all.put("br-policy-one", new Sample().policies("2.23.140.1.5.1.3", "2.23.140.1.5.1.2"));
        all.put("br-policy-critical", new Sample().critical(Extension.certificatePolicies, true));
        all.put("br-legacy", new Sample().policies("2.23.140.1.5.1.1"));
        all.put("br-validity", new Sample().valid(Duration.ofDays(825)));
        all.put("br-serial", new Sample().serial(BigInteger.valueOf(4711)));
        all.put(
                "br-key-kind",
                new Sample()
                        .key(KeyMaterial.generate(KeyAlgorithm.X25519).publicKey())
                        .usage(KeyUsage.keyAgreement));
        all.put("br-rsa-size", new Sample().rsa().key(rsaKey(2049, 65537)));
        all.put("br-key-encoding", new Sample().rsa().key(withoutNull(rsaKey(2048, 65537))));
        all.put(
                "br-signature-algorithm",
                new Sample().signed("SHA384withECDSA").rsa().signed("SHA224withRSA"));
    }

    private static void usage(Map<String, Sample> all) {
        all.put("br-key-usage-absent", new Sample().without(Extension.keyUsage));
        all.put("br-key-usage-not-critical", new Sample().critical(Extension.keyUsage, false));
        all.put("br-key-usage-bits", new Sample().usage(KeyUsage.digitalSignature | KeyUsage.keyEncipherment));
        all.put("br-eku-absent", new Sample().without(Extension.extendedKeyUsage));
        all.put(
                "br-eku-other",
                new Sample().purposes(KeyPurposeId.id_kp_emailProtection, KeyPurposeId.id_kp_clientAuth));
        all.put(
                "br-eku-forbidden",
                new Sample()
                        .policies("2.23.140.1.5.1.2")
                        .put(Extension.extendedKeyUsage, false, new ExtendedKeyUsage(new KeyPurposeId[] {
                            KeyPurposeId.id_kp_emailProtection, KeyPurposeId.id_kp_serverAuth
                        })));
    }

    private static void extensions(Map<String, Sample> all) {
        all.put("br-crl-absent", new Sample().without(Extension.cRLDistributionPoints));
        all.put("br-crl-scheme", new Sample().crl("ldap://pki.example.com/x"));
        all.put("br-crl-critical", new Sample().critical(Extension.cRLDistributionPoints, true));
        all.put("br-aia-absent", new Sample().without(Extension.authorityInfoAccess));
        all.put("br-aia-critical", new Sample().critical(Extension.authorityInfoAccess, true));
        all.put("br-aia-scheme", new Sample().aia(AccessDescription.id_ad_caIssuers, "https://pki.example.com/a.cer"));
        all.put(
                "br-path-length",
                new Sample()
                        .put(
                                Extension.basicConstraints,
                                true,
                                new DERSequence(new org.bouncycastle.asn1.ASN1Integer(0))));
        all.put("br-aki-absent", new Sample().without(Extension.authorityKeyIdentifier));
        all.put("br-aki-critical", new Sample().critical(Extension.authorityKeyIdentifier, true));
        all.put(
                "br-aki-issuer",
                new Sample()
                        .put(
                                Extension.authorityKeyIdentifier,
                                false,
                                new AuthorityKeyIdentifier(
                                        new byte[20],
                                        new GeneralNames(new GeneralName(new X500Name("CN=Root"))),
                                        BigInteger.TEN)));
        all.put(
                "br-capabilities-critical",
                new Sample().put(PKCSObjectIdentifiers.pkcs_9_at_smimeCapabilities, true, new DERSequence()));
        all.put(
                "br-subject-directory",
                new Sample().put(Extension.subjectDirectoryAttributes, false, new DERSequence()));
        all.put("br-qc-critical", new Sample().put(Extension.qCStatements, true, new DERSequence()));
        all.put("br-lei", new Sample().put(oid("1.3.6.1.4.1.52266.1"), false, new DERPrintableString(CODE)));
        all.put("br-adobe", new Sample().put(oid("1.2.840.113583.1.1.9.1"), false, DERNull.INSTANCE));
        all.put("br-ski-critical", new Sample().critical(Extension.subjectKeyIdentifier, true));
    }

    private static void names(Map<String, Sample> all) {
        all.put(
                "br-san-absent",
                new Sample().without(Extension.subjectAlternativeName).subject("2.5.4.5=1"));
        all.put(
                "br-san-mailbox",
                new Sample().names(new GeneralName(new X500Name("CN=Alice"))).subject("2.5.4.5=1"));
        all.put("br-san-critical", new Sample().critical(Extension.subjectAlternativeName, true));
        all.put(
                "br-san-entries",
                new Sample()
                        .names(
                                new GeneralName(GeneralName.rfc822Name, "alice@example.com"),
                                new GeneralName(GeneralName.dNSName, "example.com")));
        all.put(
                "br-san-utf8",
                new Sample()
                        .names(
                                new GeneralName(GeneralName.rfc822Name, "alice@example.com"),
                                Sample.utf8Mailbox("alice@example.com")));
        all.put("br-san-repeats", new Sample().subject("E=bob@example.com"));
        all.put("br-common-name", new Sample().subject("CN=Alice"));
        all.put("br-subject-email", new Sample().subject("E=alice@example.com alice@example.com"));
        all.put("br-subject-attributes", new Sample().subject("CN=alice@example.com,O=Example"));
        all.put("br-subject-required", new Sample().claims("2.3", "CN=Example,O=Example"));
        all.put("br-subject-metadata", new Sample().subject("CN=alice@example.com,2.5.4.5=-"));
        all.put("br-subject-country", new Sample().claims("2.3", "O=Example,C=QQ,2.5.4.97=LEIXG-" + CODE));
        all.put("br-subject-place", placed("L=Here"));
        all.put("br-pseudonym", person("SURNAME=Lee,2.5.4.65=Fox"));
        all.put("br-san-rfc822", named("alice@example.com,bob@example.com"));
        all.put("br-org-identifier", organization("4711"));
        all.put("br-org-scheme", organization("ABCDE-4711"));
        all.put("br-org-country", new Sample().claims("2.3", "O=Example,C=DE,2.5.4.97=NTRFR-1"));
        all.put("br-lei-code", organization("LEIXG-5493001KJTIIGC8Y1R13"));
        all.put(
                "br-aia-internal",
                new Sample().aia(AccessDescription.id_ad_caIssuers, "http://pki.ours.internal/issuing.cer"));
    }

    private static Sample plain() {
        return new Sample().without(Extension.certificatePolicies);
    }

    private static ASN1ObjectIdentifier oid(String text) {
        return new ASN1ObjectIdentifier(text);
    }

    private static SubjectPublicKeyInfo rsaKey(int bits, int exponent) {
        try {
            return new SubjectPublicKeyInfo(
                    new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption, DERNull.INSTANCE),
                    new RSAPublicKey(
                            BigInteger.ONE.shiftLeft(bits - 1).add(BigInteger.ONE), BigInteger.valueOf(exponent)));
        } catch (java.io.IOException e) {
            throw new IllegalStateException(e);
        }
    }

    private static SubjectPublicKeyInfo withoutNull(SubjectPublicKeyInfo key) {
        return new SubjectPublicKeyInfo(
                new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption),
                key.getPublicKeyData().getOctets());
    }

    /** A code with right check digits. */
    private static final String CODE = "5493001KJTIIGC8Y1R12";
}
