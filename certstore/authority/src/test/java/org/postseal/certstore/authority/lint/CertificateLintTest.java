package org.postseal.certstore.authority.lint;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.math.BigInteger;
import java.security.KeyPairGenerator;
import java.security.spec.ECGenParameterSpec;
import java.time.Duration;
import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.RSAPublicKey;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AccessDescription;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.AuthorityKeyIdentifier;
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
import org.junit.jupiter.params.provider.MethodSource;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.issue.CertificateAuthority;
import org.postseal.certstore.issue.Profile;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.certstore.key.KeyMaterial;

/** Checks for every rule a certificate that breaks it, and a sample that breaks none. */
final class CertificateLintTest {
    /** The rules, each with a certificate that breaks it. */
    private static final Map<String, Sample> BROKEN = broken();

    @Test
    void theSampleBreaksNoRule() {
        assertThat(CertificateLint.check(new Sample().make())).isEmpty();
        assertThat(CertificateLint.check(new Sample().rsa().make())).isEmpty();
        assertThat(CertificateLint.check(new Sample()
                        .subject("CN=ähm@example.com")
                        .names(Sample.utf8Mailbox("ähm@example.com"))
                        .make()))
                .isEmpty();
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
    void isFound(String rule) {
        List<String> found = CertificateLint.check(
                        java.util.Objects.requireNonNull(BROKEN.get(rule)).make())
                .stream()
                .map(Finding::rule)
                .toList();
        assertThat(found).contains(rule);
        // No other rule is broken, except for those that necessarily break together with this one.
        Set<String> others = new HashSet<>(found);
        others.remove(rule);
        others.removeAll(BESIDE.getOrDefault(rule, Set.of()));
        assertThat(others).isEmpty();
    }

    @Test
    void baselineRulesCountForWhoClaimsThem() {
        assertThat(CertificateLint.check(new Sample()
                        .without(Extension.certificatePolicies)
                        .without(Extension.authorityKeyIdentifier)
                        .make()))
                .extracting(Finding::rule)
                .containsExactly("no-policy");
        assertThat(CertificateLint.check(new Sample()
                        .from(Instant.parse("2023-08-31T23:59:59Z"))
                        .without(Extension.authorityKeyIdentifier)
                        .make()))
                .isEmpty();
    }

    @Test
    void whatCannotBeReadIsAFinding() {
        assertThat(CertificateLint.check(new Sample()
                        .put(Extension.cRLDistributionPoints, false, new DERUTF8String("no"))
                        .make()))
                .extracting(Finding::rule)
                .containsOnly(CertificateLint.MALFORMED);
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
                .extracting(Finding::rule, Finding::text)
                .containsExactly(tuple("br-key-kind", "its kind of key is not allowed: EC brainpoolP256r1"));
        assertThat(CertificateLint.check(plain().key(key).make()))
                .extracting(Finding::rule)
                .containsExactly("no-policy");
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
        all.put("no-policy", plain());
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
        all.put("br-lei", new Sample().put(oid("1.3.6.1.4.1.52266.1"), false, new DERUTF8String("LEI")));
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
        all.put("br-subject-email", new Sample().subject("E=alice@example.com bob@example.com"));
        all.put("br-subject-attributes", new Sample().subject("CN=alice@example.com,O=Example"));
        all.put("br-subject-required", new Sample().policies("2.23.140.1.5.2.3").subject("CN=Example,O=Example"));
        all.put("br-subject-metadata", new Sample().subject("CN=alice@example.com,2.5.4.5=-"));
        all.put(
                "br-subject-country",
                new Sample().policies("2.23.140.1.5.2.3").subject("CN=Example,O=Example,C=QQ,2.5.4.97=NTRDE-1"));
        all.put(
                "br-org-identifier",
                new Sample().policies("2.23.140.1.5.2.3").subject("CN=Example,O=Example,2.5.4.97=4711"));
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

    /** For some rules, the other rules that necessarily break with them. */
    private static final Map<String, Set<String>> BESIDE = beside();

    private static Map<String, Set<String>> beside() {
        Map<String, Set<String>> all = new LinkedHashMap<>();
        for (CertificateLint.Description each : CertificateLint.rules()) {
            if (!each.isBaseline()) {
                all.put(each.id(), Set.of("no-policy"));
            }
        }
        all.put("br-rsa-size", Set.of());
        all.put("br-key-usage-bits", Set.of());
        all.put("br-eku-absent", Set.of("no-eku"));
        all.put("br-subject-email", Set.of("br-san-repeats"));
        all.put("br-san-absent", Set.of("no-address"));
        all.put("br-san-mailbox", Set.of("no-address"));
        all.put("br-aki-absent", Set.of());
        return all;
    }
}
