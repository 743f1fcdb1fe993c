package org.postseal.certstore.key;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.PrivateKey;
import java.security.SecureRandom;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1OctetString;
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
import org.bouncycastle.crypto.util.SubjectPublicKeyInfoFactory;

/**
 * Reads and makes ML-DSA keys in the three forms of RFC 9881 §6: the seed, the expanded key, or both. The JDK reads
 * only the expanded form, so it gets that one. The vault keeps the form that was read, and the seed of a fresh key.
 */
final class MlDsaKeys {
    static final String FAMILY = "ML-DSA";
    private static final int SEED_OCTETS = 32;

    private MlDsaKeys() {}

    /**
     * A key with its public half.
     *
     * @param key the key in the form that the JDK reads
     * @param encoded PKCS #8 in the form to keep
     */
    record Read(PrivateKey key, byte[] encoded, SubjectPublicKeyInfo publicKey) {
        @Override
        public String toString() {
            return "[redacted]";
        }
    }

    /** Reads a key in any form, and derives its public half. */
    static Read read(PrivateKeyInfo info) throws IOException, GeneralSecurityException {
        ASN1ObjectIdentifier name = info.getPrivateKeyAlgorithm().getAlgorithm();
        return expanded(parameters(name, info.parsePrivateKey()), name, info);
    }

    static Read generate(KeyAlgorithm algorithm) {
        ASN1ObjectIdentifier name = switch (algorithm) {
            case ML_DSA_44 -> NISTObjectIdentifiers.id_ml_dsa_44;
            case ML_DSA_65 -> NISTObjectIdentifiers.id_ml_dsa_65;
            case ML_DSA_87 -> NISTObjectIdentifiers.id_ml_dsa_87;
            default -> throw new IllegalArgumentException(algorithm + " is not ML-DSA");
        };
        byte[] seed = new byte[SEED_OCTETS];
        RANDOM.nextBytes(seed);
        try {
            PrivateKeyInfo info = new PrivateKeyInfo(
                    new AlgorithmIdentifier(name), new DERTaggedObject(false, 0, new DEROctetString(seed)));
            return expanded(new MLDSAPrivateKeyParameters(set(name), seed), name, info);
        } catch (IOException | GeneralSecurityException e) {
            throw new IllegalStateException("no provider takes a fresh " + algorithm + " key", e);
        }
    }

    private static Read expanded(MLDSAPrivateKeyParameters parameters, ASN1ObjectIdentifier name, PrivateKeyInfo kept)
            throws IOException, GeneralSecurityException {
        PrivateKeyInfo expanded =
                new PrivateKeyInfo(new AlgorithmIdentifier(name), new DEROctetString(parameters.getEncoded()));
        PrivateKey key = KeyFactory.getInstance(FAMILY).generatePrivate(new PKCS8EncodedKeySpec(expanded.getEncoded()));
        SubjectPublicKeyInfo publicKey =
                SubjectPublicKeyInfoFactory.createSubjectPublicKeyInfo(parameters.getPublicKeyParameters());
        return new Read(key, kept.getEncoded(), publicKey);
    }

    private static MLDSAPrivateKeyParameters parameters(ASN1ObjectIdentifier name, ASN1Encodable form)
            throws InvalidKeySpecException {
        return switch (form) {
            case ASN1TaggedObject seed -> ofSeed(name, ASN1OctetString.getInstance(seed, false));
            case ASN1OctetString expanded -> ofExpanded(name, expanded);
            case ASN1Sequence both
            when both.size() == 2 -> {
                MLDSAPrivateKeyParameters key = ofSeed(name, ASN1OctetString.getInstance(both.getObjectAt(0)));
                // RFC 9881 §8.2: a seed and an expanded key that do not belong together must be refused.
                if (!Arrays.equals(
                        key.getEncoded(),
                        ASN1OctetString.getInstance(both.getObjectAt(1)).getOctets())) {
                    throw new InvalidKeySpecException("ML-DSA seed and expanded key do not belong together");
                }
                yield key;
            }
            default -> throw new InvalidKeySpecException("ML-DSA key of an unknown form");
        };
    }

    private static MLDSAPrivateKeyParameters ofSeed(ASN1ObjectIdentifier name, ASN1OctetString seed)
            throws InvalidKeySpecException {
        if (seed.getOctetsLength() != SEED_OCTETS) {
            throw new InvalidKeySpecException("ML-DSA seed is not of " + SEED_OCTETS + " octets");
        }
        return new MLDSAPrivateKeyParameters(set(name), seed.getOctets());
    }

    private static MLDSAPrivateKeyParameters ofExpanded(ASN1ObjectIdentifier name, ASN1OctetString expanded)
            throws InvalidKeySpecException {
        if (expanded.getOctetsLength() == SEED_OCTETS) {
            // The constructor would take it for a seed.
            throw new InvalidKeySpecException("ML-DSA expanded key too short");
        }
        return new MLDSAPrivateKeyParameters(set(name), expanded.getOctets());
    }

    private static MLDSAParameters set(ASN1ObjectIdentifier name) {
        if (name.equals(NISTObjectIdentifiers.id_ml_dsa_44)) {
            return MLDSAParameters.ml_dsa_44;
        }
        return name.equals(NISTObjectIdentifiers.id_ml_dsa_65) ? MLDSAParameters.ml_dsa_65 : MLDSAParameters.ml_dsa_87;
    }

    private static final SecureRandom RANDOM = new SecureRandom();
}
