package org.postseal.certstore;

import java.math.BigInteger;
import java.security.cert.CertificateException;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.stream.Collectors;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Integer;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.edec.EdECObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.asn1.x9.ECNamedCurveTable;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.jspecify.annotations.Nullable;

/**
 * Limits what a certificate from outside may cost. The public key is judged by its octets, before any key factory
 * calculates with them. A huge RSA modulus or exponent, explicit curve parameters and the like are refused while that
 * is still cheap (CVE-2023-29409, CVE-2024-29857).
 */
public final class CertificateLimits {
    /** The most octets of one certificate. The largest post-quantum certificates are smaller. */
    public static final int MAX_CERTIFICATE_OCTETS = 65_536;
    /**
     * The most octets of a subject or issuer name. The time to print a name can grow with the square of its length
     * (CVE-2026-58059).
     */
    public static final int MAX_NAME_OCTETS = 4_096;
    /** The most mail addresses of one certificate. */
    public static final int MAX_ADDRESSES = 100;
    /** The fewest bits of an RSA key. A certificate with a shorter key is not parsed. */
    public static final int MIN_RSA_BITS = 1_024;
    /**
     * The fewest bits of an RSA key that may be relied on. A certificate with a shorter key is parsed, but nothing is
     * encrypted to it and its signatures are not accepted (RFC 8550 §6).
     */
    public static final int STRONG_RSA_BITS = 2_048;
    /** The most bits of an RSA key. The cost of one operation grows with the cube of the length. */
    public static final int MAX_RSA_BITS = 8_192;

    private CertificateLimits() {}

    /**
     * Names the kind of a public key.
     *
     * @throws CertificateException if the kind is not supported, or if the key exceeds a limit
     */
    public static PublicKeyKind kindOf(SubjectPublicKeyInfo key) throws CertificateException {
        AlgorithmIdentifier algorithm = key.getAlgorithm();
        ASN1ObjectIdentifier name = algorithm.getAlgorithm();
        byte[] octets = key.getPublicKeyData().getOctets();
        if (key.getPublicKeyData().getPadBits() != 0) {
            throw new CertificateException("public key does not fill its octets");
        }
        if (name.equals(PKCSObjectIdentifiers.rsaEncryption)) {
            return new PublicKeyKind.Rsa(rsaBits(octets), false);
        }
        if (name.equals(PKCSObjectIdentifiers.id_RSASSA_PSS)) {
            return new PublicKeyKind.Rsa(rsaBits(octets), true);
        }
        if (name.equals(X9ObjectIdentifiers.id_ecPublicKey)) {
            return new PublicKeyKind.Ec(curve(algorithm.getParameters(), octets));
        }
        Fixed fixed = FIXED.get(name);
        if (fixed != null) {
            // RFC 8410 §3, RFC 9881 §2, RFC 9909 §3, RFC 9935 §3: parameters must be absent.
            if (algorithm.getParameters() != null || octets.length != fixed.octets()) {
                throw new CertificateException("malformed " + fixed.kind().text() + " key");
            }
            return fixed.kind();
        }
        Optional<Composite> composite = Composite.of(name);
        if (composite.isPresent()) {
            composite.get().demand(algorithm, octets);
            return composite.get().kind();
        }
        throw new CertificateException("public key algorithm " + UnsupportedAlgorithms.refusal(name));
    }

    private static int rsaBits(byte[] octets) throws CertificateException {
        if (octets.length > MAX_RSA_BITS / 8 + 64) {
            throw new CertificateException("RSA key longer than " + MAX_RSA_BITS + " bits");
        }
        BigInteger modulus;
        BigInteger exponent;
        try {
            // The numbers are read here, because Bouncy Castle's RSAPublicKey takes a negative number for a positive
            // one.
            ASN1Sequence numbers = ASN1Sequence.getInstance(octets);
            modulus = ASN1Integer.getInstance(numbers.getObjectAt(0)).getValue();
            exponent = ASN1Integer.getInstance(numbers.getObjectAt(1)).getValue();
        } catch (IllegalArgumentException | IllegalStateException | IndexOutOfBoundsException e) {
            throw new CertificateException("malformed RSA key", e);
        }
        int bits = modulus.bitLength();
        if (modulus.signum() <= 0 || bits < MIN_RSA_BITS || bits > MAX_RSA_BITS) {
            throw new CertificateException(
                    "RSA key of " + bits + " bits, allowed are " + MIN_RSA_BITS + " to " + MAX_RSA_BITS);
        }
        if (!modulus.testBit(0)) {
            throw new CertificateException("RSA modulus is even");
        }
        if (exponent.signum() <= 0 || exponent.bitLength() > 32 || exponent.bitLength() < 2 || !exponent.testBit(0)) {
            throw new CertificateException("RSA exponent is even, 1 or above 2^32");
        }
        return bits;
    }

    /**
     * Returns the curve that the parameters of a key name.
     *
     * @throws CertificateException if they name another one, or spell one out
     */
    public static PublicKeyKind.Curve curve(@Nullable ASN1Encodable parameters) throws CertificateException {
        return Arrays.stream(PublicKeyKind.Curve.values())
                .filter(each -> each.identifier().equals(parameters))
                .findFirst()
                .orElseThrow(() -> new CertificateException(name(parameters) + " is not supported" + SUPPORTED));
    }

    private static String name(@Nullable ASN1Encodable parameters) {
        if (!(parameters instanceof ASN1ObjectIdentifier named)) {
            return parameters instanceof ASN1Sequence ? "a curve that is spelt out" : "a key that names no curve";
        }
        String known = ECNamedCurveTable.getName(named);
        return "curve " + (known == null ? shortened(named) : known);
    }

    private static PublicKeyKind.Curve curve(@Nullable ASN1Encodable parameters, byte[] point)
            throws CertificateException {
        PublicKeyKind.Curve curve = curve(parameters);
        int field = (curve.bits() + 7) / 8;
        boolean whole = point.length == 1 + 2 * field && point[0] == 4;
        boolean compressed = point.length == 1 + field && (point[0] == 2 || point[0] == 3);
        if (!whole && !compressed) {
            throw new CertificateException("malformed point of " + curve.text());
        }
        try {
            curve.numbers().getCurve().decodePoint(point);
        } catch (IllegalArgumentException e) {
            throw new CertificateException("point that is not on " + curve.text(), e);
        }
        return curve;
    }

    private static String shortened(ASN1ObjectIdentifier name) {
        String text = name.getId();
        return text.length() <= 64 ? text : text.substring(0, 64) + "...";
    }

    private static final String SUPPORTED = Arrays.stream(PublicKeyKind.Curve.values())
            .map(PublicKeyKind.Curve::text)
            .collect(Collectors.joining(", ", " (supported: ", ")"));
    private static final Map<ASN1ObjectIdentifier, Fixed> FIXED = fixed();

    /** A kind whose keys all have the same length. */
    private record Fixed(PublicKeyKind kind, int octets) {}

    private static Map<ASN1ObjectIdentifier, Fixed> fixed() {
        Map<ASN1ObjectIdentifier, Fixed> kinds = new HashMap<>(Map.of(
                EdECObjectIdentifiers.id_Ed25519, new Fixed(new PublicKeyKind.Ed25519(), 32),
                EdECObjectIdentifiers.id_Ed448, new Fixed(new PublicKeyKind.Ed448(), 57),
                EdECObjectIdentifiers.id_X25519, new Fixed(new PublicKeyKind.X25519(), 32),
                EdECObjectIdentifiers.id_X448, new Fixed(new PublicKeyKind.X448(), 56)));
        put(kinds, PublicKeyKind.MlDsaParameters.values(), PublicKeyKind.MlDsa::new);
        put(kinds, PublicKeyKind.SlhDsaParameters.values(), PublicKeyKind.SlhDsa::new);
        put(kinds, PublicKeyKind.MlKemParameters.values(), PublicKeyKind.MlKem::new);
        return Map.copyOf(kinds);
    }

    private static <P extends PublicKeyKind.ParameterSet> void put(
            Map<ASN1ObjectIdentifier, Fixed> kinds, P[] sets, Function<P, PublicKeyKind> kind) {
        for (P set : sets) {
            kinds.put(set.identifier(), new Fixed(kind.apply(set), set.publicKeyOctets()));
        }
    }
}
