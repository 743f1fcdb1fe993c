package org.postseal.certstore.key.handle;

import java.io.IOException;
import java.security.GeneralSecurityException;
import javax.crypto.KDF;
import javax.crypto.spec.HKDFParameterSpec;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.cms.CMSORIforKEMOtherInfo;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.jspecify.annotations.Nullable;

/**
 * Derives the wrapping key from an encapsulated secret by HKDF with SHA-256, without salt (RFC 9629 §5, RFC 9936 §2.1).
 */
public final class KemKdf {
    private KemKdf() {}

    /** Returns the algorithm identifier with absent parameters (RFC 8619 §2). */
    public static AlgorithmIdentifier identifier() {
        return new AlgorithmIdentifier(PKCSObjectIdentifiers.id_alg_hkdf_with_sha256);
    }

    /**
     * Derives the wrapping key.
     *
     * @param wrap the algorithm of the wrap, encoded as in the message
     * @param length the length of the wrapping key in octets
     */
    public static byte[] derive(
            byte[] secret, AlgorithmIdentifier wrap, int length, byte @Nullable [] userKeyingMaterial)
            throws GeneralSecurityException {
        CMSORIforKEMOtherInfo info = userKeyingMaterial == null
                ? new CMSORIforKEMOtherInfo(wrap, length)
                : new CMSORIforKEMOtherInfo(wrap, length, userKeyingMaterial);
        try {
            return KDF.getInstance("HKDF-SHA256")
                    .deriveData(HKDFParameterSpec.ofExtract()
                            .addIKM(secret)
                            .thenExpand(info.getEncoded(ASN1Encoding.DER), length));
        } catch (IOException e) {
            throw new IllegalStateException("encoding to memory failed", e);
        }
    }
}
