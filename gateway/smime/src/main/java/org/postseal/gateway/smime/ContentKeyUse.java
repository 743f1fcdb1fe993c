package org.postseal.gateway.smime;

import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.crypto.digests.SHA256Digest;
import org.bouncycastle.crypto.generators.HKDFBytesGenerator;
import org.bouncycastle.crypto.params.HKDFParameters;

/**
 * Says how the content key that a recipient recovers is used: as it is, or through a derivation that binds it to the
 * cipher (RFC 9709). The derivation stops anybody from passing off ciphertext of one cipher as that of another.
 *
 * @param algorithm of the content
 * @param isDerived whether the key goes through HKDF with SHA-256
 */
record ContentKeyUse(AlgorithmIdentifier algorithm, boolean isDerived) {
    /** Reads contentEncryptionAlgorithm. A derivation within a derivation is no known algorithm. */
    static ContentKeyUse of(AlgorithmIdentifier given) {
        return CEK_HKDF_SHA256.equals(given.getAlgorithm())
                ? new ContentKeyUse(AlgorithmIdentifier.getInstance(given.getParameters()), true)
                : new ContentKeyUse(given, false);
    }

    /** Returns the key of the cipher. If it is derived, {@code recovered} is wiped (RFC 9709 §2). */
    byte[] key(byte[] recovered) {
        if (!isDerived) {
            return recovered;
        }
        HKDFBytesGenerator derivation = new HKDFBytesGenerator(new SHA256Digest());
        derivation.init(new HKDFParameters(recovered, SALT, Der.encode(algorithm)));
        byte[] key = new byte[recovered.length];
        derivation.generateBytes(key, 0, key.length);
        Arrays.fill(recovered, (byte) 0);
        return key;
    }

    private static final ASN1ObjectIdentifier CEK_HKDF_SHA256 = new ASN1ObjectIdentifier("1.2.840.113549.1.9.16.3.31");
    private static final byte[] SALT = "The Cryptographic Message Syntax".getBytes(StandardCharsets.US_ASCII);
}
