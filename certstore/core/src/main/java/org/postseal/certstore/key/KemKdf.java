package org.postseal.certstore.key;

import java.io.IOException;
import java.security.GeneralSecurityException;
import javax.crypto.KDF;
import javax.crypto.spec.HKDFParameterSpec;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.cms.CMSORIforKEMOtherInfo;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.jspecify.annotations.Nullable;

/** From an encapsulated secret to the wrapping key: HKDF with SHA-256, without salt (RFC 9629 §5, RFC 9936 §2.1). */
public final class KemKdf {
    private KemKdf() {}

    /** With absent parameters (RFC 8619 §2). */
    public static AlgorithmIdentifier identifier() {
        return new AlgorithmIdentifier(PKCSObjectIdentifiers.id_alg_hkdf_with_sha256);
    }

    /**
     * The wrapping key.
     *
     * @param wrap as the message has it
     * @param length its octets
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
