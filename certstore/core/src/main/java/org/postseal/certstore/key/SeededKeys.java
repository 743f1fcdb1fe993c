package org.postseal.certstore.key;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import java.util.Map;
import java.util.Objects;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.ASN1TaggedObject;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.DERTaggedObject;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.crypto.params.MLDSAParameters;
import org.bouncycastle.crypto.params.MLDSAPrivateKeyParameters;
import org.bouncycastle.crypto.params.MLKEMParameters;
import org.bouncycastle.crypto.params.MLKEMPrivateKeyParameters;

/**
 * Reads and makes keys of ML-DSA and ML-KEM, which have three forms (RFC 9881 §6, RFC 9935 §6): the seed, the expanded
 * key, or both. The JDK reads only the expanded form, so it gets that one. Kept and exported is the form that was read,
 * and the seed of a fresh key.
 */
final class SeededKeys {
    private SeededKeys() {}

    static boolean has(ASN1ObjectIdentifier algorithm) {
        return ML_DSA.containsKey(algorithm) || ML_KEM.containsKey(algorithm);
    }

    /** Reads a key in any form, and derives its public half. */
    static KeyMaterial read(PrivateKeyInfo info) throws IOException, GeneralSecurityException {
        ASN1ObjectIdentifier algorithm = info.getPrivateKeyAlgorithm().getAlgorithm();
        byte[] expanded = expanded(algorithm, info.parsePrivateKey().toASN1Primitive());
        try {
            byte[] publicKey = publicKey(algorithm, expanded);
            PrivateKeyInfo forEngine =
                    new PrivateKeyInfo(new AlgorithmIdentifier(algorithm), new DEROctetString(expanded));
            PrivateKey key = KeyFactory.getInstance(family(algorithm))
                    .generatePrivate(new PKCS8EncodedKeySpec(forEngine.getEncoded()));
            return new KeyMaterial(
                    key, info.getEncoded(), new SubjectPublicKeyInfo(new AlgorithmIdentifier(algorithm), publicKey));
        } finally {
            Arrays.fill(expanded, (byte) 0);
        }
    }

    static KeyMaterial generate(KeyAlgorithm kind) throws GeneralSecurityException {
        ASN1ObjectIdentifier algorithm = switch (kind) {
            case ML_DSA_44 -> NISTObjectIdentifiers.id_ml_dsa_44;
            case ML_DSA_65 -> NISTObjectIdentifiers.id_ml_dsa_65;
            case ML_DSA_87 -> NISTObjectIdentifiers.id_ml_dsa_87;
            case ML_KEM_512 -> NISTObjectIdentifiers.id_alg_ml_kem_512;
            case ML_KEM_768 -> NISTObjectIdentifiers.id_alg_ml_kem_768;
            case ML_KEM_1024 -> NISTObjectIdentifiers.id_alg_ml_kem_1024;
            default -> throw new IllegalArgumentException(kind + " has no seed");
        };
        byte[] seed = new byte[seedOctets(algorithm)];
        RANDOM.nextBytes(seed);
        try {
            return read(new PrivateKeyInfo(
                    new AlgorithmIdentifier(algorithm), new DERTaggedObject(false, 0, new DEROctetString(seed))));
        } catch (IOException e) {
            throw new IllegalStateException("a key cannot be encoded to memory", e);
        }
    }

    private static byte[] expanded(ASN1ObjectIdentifier algorithm, ASN1Primitive form) throws InvalidKeySpecException {
        try {
            return switch (form) {
                case ASN1TaggedObject seed
                when seed.hasContextTag(0) -> expand(algorithm, ASN1OctetString.getInstance(seed, false));
                case ASN1OctetString expanded -> expanded.getOctets().clone();
                case ASN1Sequence both
                when both.size() == 2 -> {
                    byte[] made = expand(algorithm, ASN1OctetString.getInstance(both.getObjectAt(0)));
                    byte[] given =
                            ASN1OctetString.getInstance(both.getObjectAt(1)).getOctets();
                    // RFC 9881 §8.2, RFC 9935 §8: a key that does not follow from its seed is damaged or forged.
                    if (!MessageDigest.isEqual(made, given)) {
                        throw new InvalidKeySpecException(family(algorithm) + " key does not follow from its seed");
                    }
                    yield made;
                }
                default -> throw new InvalidKeySpecException(family(algorithm) + " key of an unknown form");
            };
        } catch (IllegalArgumentException | IllegalStateException malformed) {
            throw new InvalidKeySpecException("malformed " + family(algorithm) + " key", malformed);
        }
    }

    private static byte[] expand(ASN1ObjectIdentifier algorithm, ASN1OctetString seed) throws InvalidKeySpecException {
        if (seed.getOctetsLength() != seedOctets(algorithm)) {
            throw new InvalidKeySpecException(family(algorithm) + " seed of " + seed.getOctetsLength()
                    + " octets instead of " + seedOctets(algorithm));
        }
        MLKEMParameters kem = ML_KEM.get(algorithm);
        return kem != null
                ? new MLKEMPrivateKeyParameters(kem, seed.getOctets()).getEncoded()
                : new MLDSAPrivateKeyParameters(signature(algorithm), seed.getOctets()).getEncoded();
    }

    private static byte[] publicKey(ASN1ObjectIdentifier algorithm, byte[] expanded) throws GeneralSecurityException {
        if (expanded.length == seedOctets(algorithm)) {
            // Bouncy Castle would take it for a seed.
            throw new InvalidKeySpecException(family(algorithm) + " expanded key too short");
        }
        MLKEMParameters kem = ML_KEM.get(algorithm);
        try {
            return kem != null
                    ? publicKey(kem, expanded)
                    : new MLDSAPrivateKeyParameters(signature(algorithm), expanded).getPublicKey();
        } catch (IllegalArgumentException damaged) {
            throw new InvalidKeySpecException(
                    family(algorithm) + " key of " + expanded.length + " octets is damaged", damaged);
        }
    }

    // FIPS 203 §7.3: the hash of the public key, which stands before the last 32 octets, must be checked.
    private static byte[] publicKey(MLKEMParameters kem, byte[] expanded) throws GeneralSecurityException {
        byte[] publicKey = new MLKEMPrivateKeyParameters(kem, expanded).getPublicKey();
        byte[] hash = Arrays.copyOfRange(expanded, expanded.length - 64, expanded.length - 32);
        if (!MessageDigest.isEqual(MessageDigest.getInstance("SHA3-256").digest(publicKey), hash)) {
            throw new InvalidKeySpecException("ML-KEM key is damaged");
        }
        return publicKey;
    }

    private static MLDSAParameters signature(ASN1ObjectIdentifier algorithm) {
        return Objects.requireNonNull(ML_DSA.get(algorithm));
    }

    private static String family(ASN1ObjectIdentifier algorithm) {
        return ML_KEM.containsKey(algorithm) ? "ML-KEM" : "ML-DSA";
    }

    private static int seedOctets(ASN1ObjectIdentifier algorithm) {
        return ML_KEM.containsKey(algorithm) ? 64 : 32;
    }

    private static final SecureRandom RANDOM = new SecureRandom();
    private static final Map<ASN1ObjectIdentifier, MLDSAParameters> ML_DSA = Map.of(
            NISTObjectIdentifiers.id_ml_dsa_44, MLDSAParameters.ml_dsa_44,
            NISTObjectIdentifiers.id_ml_dsa_65, MLDSAParameters.ml_dsa_65,
            NISTObjectIdentifiers.id_ml_dsa_87, MLDSAParameters.ml_dsa_87);
    private static final Map<ASN1ObjectIdentifier, MLKEMParameters> ML_KEM = Map.of(
            NISTObjectIdentifiers.id_alg_ml_kem_512, MLKEMParameters.ml_kem_512,
            NISTObjectIdentifiers.id_alg_ml_kem_768, MLKEMParameters.ml_kem_768,
            NISTObjectIdentifiers.id_alg_ml_kem_1024, MLKEMParameters.ml_kem_1024);
}
