package org.postseal.certstore.key;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.security.KeyFactory;
import java.security.MessageDigest;
import java.security.PrivateKey;
import java.security.spec.InvalidKeySpecException;
import java.security.spec.PKCS8EncodedKeySpec;
import java.util.Arrays;
import org.bouncycastle.asn1.ASN1OctetString;
import org.bouncycastle.asn1.ASN1Primitive;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.ASN1TaggedObject;
import org.bouncycastle.asn1.DEROctetString;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.asn1.x509.SubjectPublicKeyInfo;
import org.bouncycastle.crypto.params.MLKEMParameters;
import org.bouncycastle.crypto.params.MLKEMPrivateKeyParameters;
import org.postseal.certstore.PublicKeyKind.MlKemParameters;

/**
 * Reads an ML-KEM private key in each of its three forms (RFC 9935 §6): the seed, the expanded key, or both. It keeps
 * the expanded form, the only one that the JDK's engine accepts.
 */
final class MlKemKey {
    private MlKemKey() {}

    static KeyMaterial read(PrivateKeyInfo info, MlKemParameters parameters)
            throws IOException, GeneralSecurityException {
        byte[] expanded = expanded(info.parsePrivateKey().toASN1Primitive(), parameters);
        try {
            byte[] publicKey = publicKey(expanded, parameters);
            PrivateKeyInfo forEngine = new PrivateKeyInfo(info.getPrivateKeyAlgorithm(), new DEROctetString(expanded));
            PrivateKey key =
                    KeyFactory.getInstance("ML-KEM").generatePrivate(new PKCS8EncodedKeySpec(forEngine.getEncoded()));
            return new KeyMaterial(key, new SubjectPublicKeyInfo(info.getPrivateKeyAlgorithm(), publicKey));
        } finally {
            Arrays.fill(expanded, (byte) 0);
        }
    }

    private static byte[] expanded(ASN1Primitive form, MlKemParameters parameters) throws InvalidKeySpecException {
        try {
            return switch (form) {
                case ASN1TaggedObject seed
                when seed.hasContextTag(0) ->
                    expand(ASN1OctetString.getInstance(seed, false).getOctets(), parameters);
                case ASN1OctetString expanded -> expanded.getOctets().clone();
                case ASN1Sequence both
                when both.size() == 2 -> {
                    byte[] made = expand(
                            ASN1OctetString.getInstance(both.getObjectAt(0)).getOctets(), parameters);
                    // RFC 9935 §8: an expanded key that does not follow from its seed is damaged or forged.
                    if (!MessageDigest.isEqual(
                            made,
                            ASN1OctetString.getInstance(both.getObjectAt(1)).getOctets())) {
                        throw new InvalidKeySpecException("ML-KEM key does not follow from its seed");
                    }
                    yield made;
                }
                default -> throw new InvalidKeySpecException("malformed ML-KEM key");
            };
        } catch (IllegalArgumentException | IllegalStateException malformed) {
            throw new InvalidKeySpecException("malformed ML-KEM key", malformed);
        }
    }

    private static byte[] expand(byte[] seed, MlKemParameters parameters) throws InvalidKeySpecException {
        if (seed.length != SEED) {
            throw new InvalidKeySpecException("ML-KEM seed of " + seed.length + " octets");
        }
        MLKEMParameters named = switch (parameters) {
            case ML_KEM_512 -> MLKEMParameters.ml_kem_512;
            case ML_KEM_768 -> MLKEMParameters.ml_kem_768;
            case ML_KEM_1024 -> MLKEMParameters.ml_kem_1024;
        };
        return new MLKEMPrivateKeyParameters(named, seed).getEncoded();
    }

    // FIPS 203 §7.1, §7.3: dk = dkPKE, ek, H(ek), z. The length and the hash must be checked.
    private static byte[] publicKey(byte[] expanded, MlKemParameters parameters) throws GeneralSecurityException {
        int length = parameters.publicKeyOctets();
        int start = length - 32;
        if (expanded.length != start + length + 64) {
            throw new InvalidKeySpecException("ML-KEM key of " + expanded.length + " octets");
        }
        byte[] publicKey = Arrays.copyOfRange(expanded, start, start + length);
        byte[] hash = Arrays.copyOfRange(expanded, start + length, start + length + 32);
        if (!MessageDigest.isEqual(MessageDigest.getInstance("SHA3-256").digest(publicKey), hash)) {
            throw new InvalidKeySpecException("ML-KEM key is damaged");
        }
        return publicKey;
    }

    private static final int SEED = 64;
}
