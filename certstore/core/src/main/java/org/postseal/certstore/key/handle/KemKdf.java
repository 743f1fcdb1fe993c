package org.postseal.certstore.key.handle;

import java.io.IOException;
import java.security.GeneralSecurityException;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.KDF;
import javax.crypto.spec.HKDFParameterSpec;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.cms.CMSORIforKEMOtherInfo;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.jspecify.annotations.Nullable;

/**
 * Derives the wrapping key from an encapsulated secret by HKDF without salt (RFC 9629 §5). Everybody has HKDF with
 * SHA-256 (RFC 9936 §2.1); the others are read, and never written.
 */
public enum KemKdf {
    HKDF_SHA256("HKDF-SHA256", PKCSObjectIdentifiers.id_alg_hkdf_with_sha256),
    HKDF_SHA384("HKDF-SHA384", PKCSObjectIdentifiers.id_alg_hkdf_with_sha384),
    HKDF_SHA512("HKDF-SHA512", PKCSObjectIdentifiers.id_alg_hkdf_with_sha512);

    private final String engine;

    @SuppressWarnings("ImmutableEnumChecker")
    private final ASN1ObjectIdentifier name;

    KemKdf(String engine, ASN1ObjectIdentifier name) {
        this.engine = engine;
        this.name = name;
    }

    /** Returns the derivation that an identifier names, or empty if it is not supported. */
    public static Optional<KemKdf> of(AlgorithmIdentifier identifier) {
        return Arrays.stream(values())
                .filter(each -> each.name.equals(identifier.getAlgorithm()))
                .findFirst();
    }

    /** Returns the algorithm identifier with absent parameters (RFC 8619 §2). */
    public AlgorithmIdentifier identifier() {
        return new AlgorithmIdentifier(name);
    }

    /**
     * Derives the wrapping key.
     *
     * @param wrap the algorithm of the wrap, encoded as in the message
     * @param length the length of the wrapping key in octets
     */
    public byte[] derive(byte[] secret, AlgorithmIdentifier wrap, int length, byte @Nullable [] userKeyingMaterial)
            throws GeneralSecurityException {
        CMSORIforKEMOtherInfo info = userKeyingMaterial == null
                ? new CMSORIforKEMOtherInfo(wrap, length)
                : new CMSORIforKEMOtherInfo(wrap, length, userKeyingMaterial);
        try {
            return KDF.getInstance(engine)
                    .deriveData(HKDFParameterSpec.ofExtract()
                            .addIKM(secret)
                            .thenExpand(info.getEncoded(ASN1Encoding.DER), length));
        } catch (IOException e) {
            throw new IllegalStateException("encoding to memory failed", e);
        }
    }
}
