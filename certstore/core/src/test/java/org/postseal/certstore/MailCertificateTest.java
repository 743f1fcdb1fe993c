package org.postseal.certstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.math.BigInteger;
import java.security.cert.CertificateException;
import java.time.Instant;
import java.util.Arrays;
import java.util.Date;
import java.util.List;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ASN1EncodableVector;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.DERIA5String;
import org.bouncycastle.asn1.DERNull;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.DERTaggedObject;
import org.bouncycastle.asn1.DERUTF8String;
import org.bouncycastle.asn1.edec.EdECObjectIdentifiers;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.teletrust.TeleTrusTNamedCurves;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.Arguments;
import org.junit.jupiter.params.provider.MethodSource;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.certstore.key.KeyMaterial;

class MailCertificateTest {
    private static final KeyMaterial KEY = KeyMaterial.generate(KeyAlgorithm.P256);
    private static final BigInteger F4 = BigInteger.valueOf(65537);

    static Stream<Arguments> goodKeys() throws Exception {
        return Stream.of(
                Arguments.of(rsa(modulus(1024), F4), new PublicKeyKind.Rsa(1024, false)),
                Arguments.of(rsa(modulus(2048), F4), new PublicKeyKind.Rsa(2048, false)),
                Arguments.of(rsa(modulus(2048), BigInteger.valueOf(3)), new PublicKeyKind.Rsa(2048, false)),
                Arguments.of(
                        rsa(modulus(8192), power(32).subtract(BigInteger.ONE)), new PublicKeyKind.Rsa(8192, false)),
                Arguments.of(KEY.publicKey(), new PublicKeyKind.Ec(PublicKeyKind.Curve.P256)),
                Arguments.of(
                        KeyMaterial.generate(KeyAlgorithm.P521).publicKey(),
                        new PublicKeyKind.Ec(PublicKeyKind.Curve.P521)),
                Arguments.of(KeyMaterial.generate(KeyAlgorithm.ED25519).publicKey(), new PublicKeyKind.Ed25519()),
                Arguments.of(KeyMaterial.generate(KeyAlgorithm.ED448).publicKey(), new PublicKeyKind.Ed448()),
                Arguments.of(
                        KeyMaterial.generate(KeyAlgorithm.ML_DSA_87).publicKey(),
                        new PublicKeyKind.MlDsa(PublicKeyKind.MlDsaParameters.ML_DSA_87)),
                Arguments.of(KeyMaterial.generate(KeyAlgorithm.X25519).publicKey(), new PublicKeyKind.X25519()));
    }

    @ParameterizedTest
    @MethodSource("goodKeys")
    void namesTheKindOfKey(SubjectPublicKeyInfo key, PublicKeyKind kind) throws Exception {
        assertThat(MailCertificate.of(certificate(key, "CN=x")).keyKind()).isEqualTo(kind);
    }

    static Stream<Arguments> badKeys() throws Exception {
        byte[] point = KEY.publicKey().getPublicKeyData().getOctets();
        return Stream.of(
                Arguments.of(rsa(modulus(512), F4), "RSA key of 512 bits, allowed are 1024 to 8192"),
                Arguments.of(rsa(modulus(8193), F4), "RSA key of 8193 bits, allowed are 1024 to 8192"),
                Arguments.of(rsa(modulus(16384), F4), "RSA key longer than 8192 bits"),
                Arguments.of(rsa(modulus(2048), modulus(16384)), "RSA key longer than 8192 bits"),
                Arguments.of(rsa(modulus(2048).negate(), F4), "RSA key of 2048 bits, allowed are 1024 to 8192"),
                Arguments.of(rsa(modulus(2048).subtract(BigInteger.ONE), F4), "RSA modulus is even"),
                Arguments.of(rsa(modulus(2048), BigInteger.ONE), "RSA exponent is even, 1 or above 2^32"),
                Arguments.of(rsa(modulus(2048), BigInteger.TWO), "RSA exponent is even, 1 or above 2^32"),
                Arguments.of(
                        rsa(modulus(2048), power(32).add(BigInteger.ONE)), "RSA exponent is even, 1 or above 2^32"),
                Arguments.of(rsa(modulus(2048), BigInteger.valueOf(-3)), "RSA exponent is even, 1 or above 2^32"),
                Arguments.of(key(PKCSObjectIdentifiers.rsaEncryption, new byte[] {1, 2, 3}), "malformed RSA key"),
                Arguments.of(ec(SECObjectIdentifiers.secp256k1, point), "curve secp256k1" + NOT_SUPPORTED),
                Arguments.of(ec(SECObjectIdentifiers.secp224r1, point), "curve secp224r1" + NOT_SUPPORTED),
                Arguments.of(brainpool("P160r1", point), "curve brainpoolP160r1" + NOT_SUPPORTED),
                Arguments.of(brainpool("P192r1", point), "curve brainpoolP192r1" + NOT_SUPPORTED),
                Arguments.of(brainpool("P224r1", point), "curve brainpoolP224r1" + NOT_SUPPORTED),
                Arguments.of(brainpool("P320r1", point), "curve brainpoolP320r1" + NOT_SUPPORTED),
                Arguments.of(brainpool("P256t1", point), "curve brainpoolP256t1" + NOT_SUPPORTED),
                Arguments.of(brainpool("P384t1", point), "curve brainpoolP384t1" + NOT_SUPPORTED),
                Arguments.of(brainpool("P512t1", point), "curve brainpoolP512t1" + NOT_SUPPORTED),
                Arguments.of(ec(new ASN1ObjectIdentifier("1.2.3.4"), point), "curve 1.2.3.4" + NOT_SUPPORTED),
                Arguments.of(brainpool("P256r1", point), "point that is not on brainpoolP256r1"),
                Arguments.of(
                        brainpool("P384r1", Arrays.copyOf(new byte[] {4, 1, 2, 3}, 97)),
                        "point that is not on brainpoolP384r1"),
                Arguments.of(
                        brainpool("P512r1", Arrays.copyOf(new byte[] {4, 1, 2, 3}, 129)),
                        "point that is not on brainpoolP512r1"),
                Arguments.of(brainpool("P512r1", new byte[] {0}), "malformed point of brainpoolP512r1"),
                Arguments.of(
                        ec(SECObjectIdentifiers.secp256r1, Arrays.copyOf(new byte[] {4, 1, 2, 3}, 65)),
                        "point that is not on P-256"),
                Arguments.of(
                        new SubjectPublicKeyInfo(
                                new AlgorithmIdentifier(
                                        X9ObjectIdentifiers.id_ecPublicKey,
                                        TeleTrusTNamedCurves.getByName("brainpoolP256r1")),
                                point),
                        "a curve that is spelt out" + NOT_SUPPORTED),
                Arguments.of(
                        new SubjectPublicKeyInfo(
                                new AlgorithmIdentifier(X9ObjectIdentifiers.id_ecPublicKey, explicitParameters()),
                                point),
                        "a curve that is spelt out" + NOT_SUPPORTED),
                Arguments.of(
                        new SubjectPublicKeyInfo(new AlgorithmIdentifier(X9ObjectIdentifiers.id_ecPublicKey), point),
                        "a key that names no curve" + NOT_SUPPORTED),
                Arguments.of(ec(SECObjectIdentifiers.secp384r1, point), "malformed point of P-384"),
                Arguments.of(ec(SECObjectIdentifiers.secp256r1, new byte[] {0}), "malformed point of P-256"),
                Arguments.of(ec(SECObjectIdentifiers.secp256r1, new byte[0]), "malformed point of P-256"),
                Arguments.of(key(EdECObjectIdentifiers.id_Ed25519, new byte[31]), "malformed Ed25519 key"),
                Arguments.of(
                        new SubjectPublicKeyInfo(
                                new AlgorithmIdentifier(EdECObjectIdentifiers.id_X25519, DERNull.INSTANCE),
                                new byte[32]),
                        "malformed X25519 key"),
                Arguments.of(
                        key(X9ObjectIdentifiers.id_dsa, new byte[128]),
                        "public key algorithm 1.2.840.10040.4.1 is not supported"),
                Arguments.of(key(NISTObjectIdentifiers.id_ml_dsa_65, new byte[1951]), "malformed ML-DSA-65 key"));
    }

    @ParameterizedTest
    @MethodSource("badKeys")
    void refusesKeysByTheirOctets(SubjectPublicKeyInfo key, String message) {
        assertThatThrownBy(() -> MailCertificate.of(certificate(key, "CN=x")))
                .isInstanceOf(CertificateException.class)
                .hasMessage(message);
    }

    @Test
    void shortRsaKeysAreWeak() throws Exception {
        assertThat(MailCertificate.of(certificate(rsa(modulus(1024), F4), "CN=x"))
                        .weakness())
                .hasValue("RSA key of 1024 bits is too short");
        assertThat(MailCertificate.of(certificate(rsa(modulus(2048), F4), "CN=x"))
                        .weakness())
                .isEmpty();
    }

    @Test
    void refusesWhatIsNoCertificate() throws Exception {
        byte[] good = certificate(KEY.publicKey(), "CN=x");
        for (byte[] bad : List.of(
                new byte[0],
                new byte[] {0x30, 0},
                "hello".getBytes(java.nio.charset.StandardCharsets.US_ASCII),
                Arrays.copyOf(good, good.length - 1),
                Arrays.copyOf(good, good.length + 1),
                new byte[CertificateLimits.MAX_CERTIFICATE_OCTETS + 1])) {
            assertThatThrownBy(() -> MailCertificate.of(bad)).isInstanceOf(CertificateException.class);
        }
        assertThatThrownBy(() -> MailCertificate.of(new byte[65_537]))
                .hasMessage("certificate longer than 65536 octets");
        for (int at = 0; at < good.length; at++) {
            byte[] damaged = good.clone();
            damaged[at] ^= 0x21;
            try {
                MailCertificate.of(damaged);
            } catch (CertificateException expected) {
                assertThat(expected.getMessage()).isNotEmpty();
            }
        }
    }

    /** With other octets, the same certificate would have another id, and who has blocked it by its id has not. */
    @Test
    void refusesAnotherEncodingOfTheSame() throws Exception {
        byte[] der = certificate(KEY.publicKey(), "CN=x");
        assertThat(der).startsWith(0x30, 0x82);
        // BER may write a length in more octets than it needs: 83 00 and the two octets in place of 82 and those.
        byte[] longer = new byte[der.length + 1];
        longer[0] = 0x30;
        longer[1] = (byte) 0x83;
        System.arraycopy(der, 2, longer, 3, der.length - 2);
        assertThatThrownBy(() -> MailCertificate.of(longer))
                .isInstanceOf(CertificateException.class)
                .hasMessage("certificate not in DER");
    }

    @Test
    void refusesLongNamesAndManyAddresses() throws Exception {
        byte[] longName = certificate(KEY.publicKey(), "CN=x" + (",OU=" + "x".repeat(60)).repeat(70));
        assertThatThrownBy(() -> MailCertificate.of(longName)).hasMessage("name longer than 4096 octets");
        GeneralName[] names = new GeneralName[101];
        Arrays.setAll(names, i -> rfc822("a" + i + "@example.com"));
        byte[] many = certificate(KEY.publicKey(), "CN=x", names);
        assertThatThrownBy(() -> MailCertificate.of(many)).hasMessage("more than 100 mail addresses");
    }

    @Test
    void readsAddressesWhereverTheyMayStand() throws Exception {
        MailCertificate certificate = named(
                "E=In.Subject@example.com,CN=x",
                rfc822("alice@example.com"),
                rfc822("Alice@EXAMPLE.com"),
                rfc822("second@example.com"),
                new GeneralName(GeneralName.dNSName, "example.com"),
                smtpUtf8("j\u00f6rg@xn--bcher-kva.example"));
        assertThat(certificate.addresses())
                .containsExactly(
                        MailAddress.of("alice@example.com"),
                        MailAddress.of("second@example.com"),
                        MailAddress.of("j\u00f6rg@b\u00fccher.example"),
                        MailAddress.of("in.subject@example.com"));
    }

    @Test
    void theSubjectAloneCounts() throws Exception {
        MailCertificate certificate = named("E=a@example.com");
        assertThat(certificate.addresses()).containsExactly(MailAddress.of("a@example.com"));
    }

    @Test
    void takesNothingElseForAnAddress() throws Exception {
        MailCertificate certificate = named(
                "CN=cn@example.com",
                rfc822("trailing@example.com."),
                rfc822("\"a@b\"@c@example.com"),
                rfc822("Alice <alice@example.com>"),
                rfc822("example.com"),
                // RFC 5280 §4.2.1.6 demands IA5String. Name constraints of RFC 5280 would not apply to other strings.
                new GeneralName(GeneralName.rfc822Name, new DERIA5String("j\u00f6rg@example.com")),
                rfc822("a@example.com\0.evil.example"),
                new GeneralName(GeneralName.dNSName, "dns@example.com"),
                new GeneralName(GeneralName.uniformResourceIdentifier, "mailto:uri@example.com"),
                // RFC 9598 §3: an ASCII local part must not be in this form.
                smtpUtf8("ascii@example.com"));
        assertThat(certificate.addresses()).isEmpty();
    }

    private static final String NOT_SUPPORTED = " is not supported"
            + " (supported: P-256, P-384, P-521, brainpoolP256r1, brainpoolP384r1, brainpoolP512r1)";

    private static BigInteger power(int exponent) {
        return BigInteger.ONE.shiftLeft(exponent);
    }

    private static BigInteger modulus(int bits) {
        return power(bits - 1).add(BigInteger.valueOf(12345 * 2 + 1));
    }

    private static SubjectPublicKeyInfo rsa(BigInteger modulus, BigInteger exponent) throws Exception {
        ASN1EncodableVector numbers = new ASN1EncodableVector();
        numbers.add(new ASN1Integer(modulus));
        numbers.add(new ASN1Integer(exponent));
        return new SubjectPublicKeyInfo(
                new AlgorithmIdentifier(PKCSObjectIdentifiers.rsaEncryption, DERNull.INSTANCE),
                new DERSequence(numbers));
    }

    private static SubjectPublicKeyInfo key(ASN1ObjectIdentifier algorithm, byte[] octets) {
        return new SubjectPublicKeyInfo(new AlgorithmIdentifier(algorithm), octets);
    }

    private static SubjectPublicKeyInfo ec(ASN1ObjectIdentifier curve, byte[] point) {
        return new SubjectPublicKeyInfo(new AlgorithmIdentifier(X9ObjectIdentifiers.id_ecPublicKey, curve), point);
    }

    private static SubjectPublicKeyInfo brainpool(String curve, byte[] point) {
        return ec(TeleTrusTNamedCurves.getOID("brainpool" + curve), point);
    }

    private static DERSequence explicitParameters() {
        ASN1EncodableVector parameters = new ASN1EncodableVector();
        parameters.add(new ASN1Integer(1));
        return new DERSequence(parameters);
    }

    private static MailCertificate named(String subject, GeneralName... names) throws Exception {
        return MailCertificate.of(certificate(KEY.publicKey(), subject, names));
    }

    private static GeneralName rfc822(String address) {
        return new GeneralName(GeneralName.rfc822Name, address);
    }

    private static GeneralName smtpUtf8(String address) {
        ASN1EncodableVector name = new ASN1EncodableVector();
        name.add(new ASN1ObjectIdentifier("1.3.6.1.5.5.7.8.9"));
        name.add(new DERTaggedObject(true, 0, new DERUTF8String(address)));
        return new GeneralName(GeneralName.otherName, new DERSequence(name));
    }

    private static byte[] certificate(SubjectPublicKeyInfo key, String subject, GeneralName... names) throws Exception {
        X509v3CertificateBuilder builder = new X509v3CertificateBuilder(
                new X500Name("CN=issuer"),
                BigInteger.ONE,
                Date.from(Instant.parse("2026-01-01T00:00:00Z")),
                Date.from(Instant.parse("2027-01-01T00:00:00Z")),
                new X500Name(subject),
                key);
        if (names.length > 0) {
            builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(names));
        }
        return builder.build(KEY.certificateSigner()).getEncoded();
    }
}
