package org.postseal.certstore.authority.lint;

import static org.postseal.certstore.authority.lint.Finding.Severity.ERROR;
import static org.postseal.certstore.authority.lint.Finding.Severity.WARNING;
import static org.postseal.certstore.authority.lint.Rule.baseline;
import static org.postseal.certstore.authority.lint.Rule.when;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.security.cert.CertificateException;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.edec.EdECObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.postseal.certstore.CertificateLimits;

/**
 * The rules of the Baseline Requirements about policy, validity, serial number, key and signature. There is none about
 * version 3 or the RSA exponent: Bouncy Castle reads no extensions in another version, and a certificate with an even
 * exponent is unusable.
 */
final class KeyRules {
    private KeyRules() {}

    static List<Rule> rules() {
        return List.of(
                baseline(
                        "br-policy-one",
                        "7.1.2.3 a, 7.1.6.1",
                        ERROR,
                        c -> when(
                                c.reserved().size() > 1,
                                "there are " + c.reserved().size() + " reserved policies, one is due")),
                baseline(
                        "br-policy-critical",
                        "7.1.2.3 a",
                        WARNING,
                        c -> when(c.isCritical(Extension.certificatePolicies), "certificatePolicies is critical")),
                baseline(
                        "br-legacy",
                        "7.1.6.1",
                        ERROR,
                        c -> when(
                                !c.notBefore().isBefore(NO_LEGACY),
                                "nothing of the generation Legacy is issued since 2025-07-15"),
                        Condition.LEGACY),
                baseline("br-validity", "6.3.2", ERROR, KeyRules::tooLong),
                baseline("br-serial", "7.1", ERROR, c -> {
                    BigInteger serial = c.holder().getSerialNumber();
                    // A number of 64 random bits has at least 57 significant bits, except once in 256 cases.
                    return when(
                            serial.signum() <= 0 || serial.bitLength() > 159 || serial.bitLength() < 57,
                            "the serial number is not positive, longer than 159 bits,"
                                    + " or has no room for 64 random bits");
                }),
                baseline(
                        "br-key-kind",
                        "6.1.5",
                        ERROR,
                        c -> when(!isAllowed(c), "its kind of key is not allowed: " + kind(c))),
                baseline(
                        "br-rsa-size",
                        "6.1.5",
                        ERROR,
                        c -> when(
                                modulusBits(c) < 2048 || modulusBits(c) % 8 != 0,
                                "the RSA key is shorter than 2048 bits, or no multiple of 8"),
                        Condition.RSA),
                baseline(
                        "br-key-encoding",
                        "7.1.3.1",
                        ERROR,
                        c -> when(
                                isAllowed(c) && !KEYS.contains(hex(c.key())),
                                "the algorithm of the key is not encoded as it must be")),
                baseline("br-signature-algorithm", "7.1.3.2", ERROR, c -> {
                    String signature = hex(c.holder().getSignatureAlgorithm());
                    return when(
                            !(ML_DSA.contains(signature) ? hasPqc(c) : SIGNATURES.contains(signature)),
                            "the signature's algorithm is not allowed, or not encoded as it must be");
                }));
    }

    private static Optional<String> tooLong(LintedCertificate c) {
        // Both ends belong to the validity (RFC 5280 §4.1.2.5).
        Duration valid = Duration.between(
                        c.notBefore(), c.holder().getNotAfter().toInstant())
                .plusSeconds(1);
        int most = c.isLegacy() ? 1185 : 825;
        return when(valid.compareTo(Duration.ofDays(most)) > 0, "it is valid for more than " + most + " days");
    }

    /** Returns whether the algorithm is allowed, and the curve if it has one, whatever the encoding is. */
    private static boolean isAllowed(LintedCertificate c) {
        ASN1ObjectIdentifier algorithm = c.key().getAlgorithm();
        if (isMlDsa(algorithm) || isMlKem(algorithm)) {
            return hasPqc(c);
        }
        return algorithm.equals(X9ObjectIdentifiers.id_ecPublicKey)
                ? KEYS.contains(hex(c.key()))
                : EARLY.contains(algorithm);
    }

    private static String kind(LintedCertificate c) {
        try {
            return CertificateLimits.kindOf(c.holder().getSubjectPublicKeyInfo())
                    .text();
        } catch (CertificateException unsupported) {
            return String.valueOf(unsupported.getMessage());
        }
    }

    private static boolean hasPqc(LintedCertificate c) {
        return !c.notBefore().isBefore(PQC);
    }

    static boolean isMlDsa(ASN1ObjectIdentifier algorithm) {
        return algorithm.getId().matches("2\\.16\\.840\\.1\\.101\\.3\\.4\\.3\\.1[789]");
    }

    static boolean isMlKem(ASN1ObjectIdentifier algorithm) {
        return algorithm.getId().matches("2\\.16\\.840\\.1\\.101\\.3\\.4\\.4\\.[123]");
    }

    // Bouncy Castle's RSAPublicKey takes a negative number for a positive one.
    private static int modulusBits(LintedCertificate c) {
        byte[] key = c.holder().getSubjectPublicKeyInfo().getPublicKeyData().getOctets();
        BigInteger modulus = ASN1Integer.getInstance(
                        ASN1Sequence.getInstance(key).getObjectAt(0))
                .getValue();
        return modulus.signum() <= 0 ? 0 : modulus.bitLength();
    }

    private static String hex(ASN1Encodable value) {
        try {
            return HexFormat.of().formatHex(value.toASN1Primitive().getEncoded());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final Instant NO_LEGACY = Instant.parse("2025-07-15T00:00:00Z");
    /** The day on which version 1.0.11 was published, which allows ML-DSA and ML-KEM (ballot SMC013). */
    private static final Instant PQC = Instant.parse("2025-08-22T00:00:00Z");

    /** The algorithms that all versions allow, those of curves aside. */
    private static final Set<ASN1ObjectIdentifier> EARLY = Set.of(
            PKCSObjectIdentifiers.rsaEncryption,
            PKCSObjectIdentifiers.id_RSASSA_PSS,
            EdECObjectIdentifiers.id_Ed25519,
            EdECObjectIdentifiers.id_Ed448);

    /** The encoded algorithms of ML-DSA-44, ML-DSA-65 and ML-DSA-87, which are the same for keys and signatures. */
    private static final Set<String> ML_DSA =
            Set.of("300b0609608648016503040311", "300b0609608648016503040312", "300b0609608648016503040313");

    /** The encoded algorithms of keys: RSA, P-256, P-384, P-521, Ed25519, Ed448, ML-DSA and ML-KEM (§7.1.3.1). */
    private static final Set<String> KEYS = Set.of(
            "300d06092a864886f70d0101010500",
            "301306072a8648ce3d020106082a8648ce3d030107",
            "301006072a8648ce3d020106052b81040022",
            "301006072a8648ce3d020106052b81040023",
            "300506032b6570",
            "300506032b6571",
            "300b0609608648016503040311",
            "300b0609608648016503040312",
            "300b0609608648016503040313",
            "300b0609608648016503040401",
            "300b0609608648016503040402",
            "300b0609608648016503040403");

    /** The encoded algorithms of signatures but ML-DSA: RSA by PKCS #1 v1.5 and PSS, ECDSA and EdDSA (§7.1.3.2). */
    private static final Set<String> SIGNATURES = Set.of(
            "300d06092a864886f70d01010b0500",
            "300d06092a864886f70d01010c0500",
            "300d06092a864886f70d01010d0500",
            "304106092a864886f70d01010a3034a00f300d06096086480165030402010500"
                    + "a11c301a06092a864886f70d010108300d06096086480165030402010500a203020120",
            "304106092a864886f70d01010a3034a00f300d06096086480165030402020500"
                    + "a11c301a06092a864886f70d010108300d06096086480165030402020500a203020130",
            "304106092a864886f70d01010a3034a00f300d06096086480165030402030500"
                    + "a11c301a06092a864886f70d010108300d06096086480165030402030500a203020140",
            "300a06082a8648ce3d040302",
            "300a06082a8648ce3d040303",
            "300a06082a8648ce3d040304",
            "300506032b6570",
            "300506032b6571");
}
