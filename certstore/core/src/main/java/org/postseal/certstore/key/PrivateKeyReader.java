package org.postseal.certstore.key;

import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.cert.CertificateException;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.edec.EdECObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.pkcs.RSAPrivateKey;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.postseal.certstore.CertificateLimits;
import org.postseal.certstore.Composite;
import org.postseal.certstore.PublicKeyKind;
import org.postseal.certstore.UnsupportedAlgorithms;

/**
 * Reads {@link KeyMaterial} from PKCS #8. Before any calculation, it judges by the sizes of the key's numbers what the
 * key would cost.
 */
final class PrivateKeyReader {
    private PrivateKeyReader() {}

    static KeyMaterial read(PrivateKeyInfo info) throws IOException, GeneralSecurityException {
        ASN1ObjectIdentifier name = info.getPrivateKeyAlgorithm().getAlgorithm();
        if (SeededKeys.has(name)) {
            return SeededKeys.read(info);
        }
        Optional<Composite> composite = Composite.of(name);
        if (composite.isPresent()) {
            return CompositeKeys.read(composite.get(), info);
        }
        String family = FAMILIES.get(name);
        if (family == null) {
            throw new InvalidKeySpecException("private key algorithm "
                    + (SLH_DSA.contains(name)
                            ? "SLH-DSA is verified, and no key for it is used"
                            : UnsupportedAlgorithms.refusal(name)));
        }
        switch (family) {
            case "RSA", "RSASSA-PSS" -> demandAffordable(RSAPrivateKey.getInstance(info.parsePrivateKey()));
            case "EC" -> demandCurve(info.getPrivateKeyAlgorithm().getParameters());
            default -> {} // the other keys have a fixed length
        }
        PrivateKey key = KeyFactory.getInstance(family).generatePrivate(new PKCS8EncodedKeySpec(info.getEncoded()));
        return new KeyMaterial(key, PublicHalf.of(info));
    }

    private static void demandAffordable(RSAPrivateKey key) throws InvalidKeySpecException {
        for (BigInteger number : new BigInteger[] {
            key.getModulus(),
            key.getPublicExponent(),
            key.getPrivateExponent(),
            key.getPrime1(),
            key.getPrime2(),
            key.getExponent1(),
            key.getExponent2(),
            key.getCoefficient()
        }) {
            if (number.signum() <= 0 || number.bitLength() > CertificateLimits.MAX_RSA_BITS) {
                throw new InvalidKeySpecException(
                        "RSA number below 1 or longer than " + CertificateLimits.MAX_RSA_BITS + " bits");
            }
        }
        if (key.getPublicExponent().bitLength() > 32) {
            throw new InvalidKeySpecException("RSA exponent above 2^32");
        }
    }

    private static void demandCurve(ASN1Encodable parameters) throws InvalidKeySpecException {
        try {
            CertificateLimits.curve(parameters);
        } catch (CertificateException e) {
            throw new InvalidKeySpecException(e.getMessage(), e);
        }
    }

    private static final Set<ASN1ObjectIdentifier> SLH_DSA = Stream.of(PublicKeyKind.SlhDsaParameters.values())
            .map(PublicKeyKind.SlhDsaParameters::identifier)
            .collect(Collectors.toUnmodifiableSet());
    private static final Map<ASN1ObjectIdentifier, String> FAMILIES = Map.of(
            PKCSObjectIdentifiers.rsaEncryption, "RSA",
            PKCSObjectIdentifiers.id_RSASSA_PSS, "RSASSA-PSS",
            X9ObjectIdentifiers.id_ecPublicKey, "EC",
            EdECObjectIdentifiers.id_Ed25519, "Ed25519",
            EdECObjectIdentifiers.id_Ed448, "Ed448",
            EdECObjectIdentifiers.id_X25519, "X25519",
            EdECObjectIdentifiers.id_X448, "X448");
}
