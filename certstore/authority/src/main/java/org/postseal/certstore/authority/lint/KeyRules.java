package org.postseal.certstore.authority.lint;

import static org.postseal.certstore.authority.lint.Finding.Severity.ERROR;
import static org.postseal.certstore.authority.lint.Finding.Severity.WARNING;
import static org.postseal.certstore.authority.lint.Rule.baseline;
import static org.postseal.certstore.authority.lint.Rule.when;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.math.BigInteger;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x509.Extension;
import org.postseal.certstore.PublicKeyKind;
import org.postseal.certstore.authority.lint.LintedCertificate.Generation;

/**
 * The rules of the Baseline Requirements about policy, validity, serial number, key and signature. A certificate that
 * has extensions but not version 3, or an even RSA exponent, is refused when it is read, and so needs no rule.
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
                                c.generation() == Generation.LEGACY
                                        && !c.certificate().notBefore().isBefore(NO_LEGACY),
                                "nothing of the generation Legacy is issued since 2025-07-15")),
                baseline("br-validity", "6.3.2", ERROR, KeyRules::tooLong),
                baseline("br-serial", "7.1", ERROR, c -> {
                    BigInteger serial = c.certificate().serialNumber();
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
                        c -> when(
                                !isKnownKind(c),
                                "its kind of key is not allowed: "
                                        + c.certificate().keyKind().text())),
                baseline(
                        "br-rsa-size",
                        "6.1.5",
                        ERROR,
                        c -> when(
                                c.certificate().keyKind() instanceof PublicKeyKind.Rsa(int bits, boolean _)
                                        && (bits < 2048 || bits % 8 != 0),
                                "the RSA key is shorter than 2048 bits, or no multiple of 8")),
                baseline(
                        "br-key-encoding",
                        "7.1.3.1",
                        ERROR,
                        c -> when(
                                isKnownKind(c)
                                        && !KEYS.contains(hex(c.holder()
                                                .getSubjectPublicKeyInfo()
                                                .getAlgorithm())),
                                "the algorithm of the key is not encoded as it must be")),
                baseline(
                        "br-signature-algorithm",
                        "7.1.3.2",
                        ERROR,
                        c -> when(
                                !SIGNATURES.contains(hex(c.holder().getSignatureAlgorithm())),
                                "the signature's algorithm is not allowed, or not encoded as it must be")));
    }

    /** Returns whether the policy is one of 2.23.140.1.5.{1..4}.{1..3}. */
    static boolean isKnownPolicy(ASN1ObjectIdentifier policy) {
        return policy.getId().matches("2\\.23\\.140\\.1\\.5\\.[1-4]\\.[1-3]");
    }

    private static Optional<String> tooLong(LintedCertificate c) {
        // Both ends belong to the validity (RFC 5280 §4.1.2.5).
        Duration valid = Duration.between(
                        c.certificate().notBefore(), c.certificate().notAfter())
                .plusSeconds(1);
        int most = c.isLegacy() ? 1185 : 825;
        return when(valid.compareTo(Duration.ofDays(most)) > 0, "it is valid for more than " + most + " days");
    }

    private static boolean isKnownKind(LintedCertificate c) {
        return switch (c.certificate().keyKind()) {
            case PublicKeyKind.Rsa _, PublicKeyKind.Ed25519 _, PublicKeyKind.Ed448 _ -> true;
            case PublicKeyKind.Ec(PublicKeyKind.Curve curve) -> !curve.isBrainpool();
            case PublicKeyKind.SignsOnly _, PublicKeyKind.EncryptsOnly _ -> false;
        };
    }

    private static String hex(ASN1Encodable value) {
        try {
            return HexFormat.of().formatHex(value.toASN1Primitive().getEncoded());
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static final Instant NO_LEGACY = Instant.parse("2025-07-15T00:00:00Z");

    /** The algorithm identifiers of the allowed keys: RSA, P-256, P-384, P-521, Ed25519 and Ed448 (7.1.3.1). */
    private static final Set<String> KEYS = Set.of(
            "300d06092a864886f70d0101010500",
            "301306072a8648ce3d020106082a8648ce3d030107",
            "301006072a8648ce3d020106052b81040022",
            "301006072a8648ce3d020106052b81040023",
            "300506032b6570",
            "300506032b6571");

    /** The algorithm identifiers of the allowed signatures: RSA by PKCS #1 v1.5 and PSS, ECDSA and EdDSA (7.1.3.2). */
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
