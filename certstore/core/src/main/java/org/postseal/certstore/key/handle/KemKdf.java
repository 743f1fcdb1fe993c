package org.postseal.certstore.key.handle;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.Optional;
import javax.crypto.KDF;
import javax.crypto.spec.HKDFParameterSpec;
import org.bouncycastle.asn1.ASN1Encodable;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.ASN1Sequence;
import org.bouncycastle.asn1.DERSequence;
import org.bouncycastle.asn1.cms.CMSORIforKEMOtherInfo;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.jspecify.annotations.Nullable;

/**
 * Derives the wrapping key from an encapsulated secret (RFC 9629 §5): by HKDF without salt, or by KDF3 of ANS X9.44,
 * which RSA-KEM has (RFC 9690 §B.1). Everybody has HKDF with SHA-256 for ML-KEM (RFC 9936 §2.1); the others are read,
 * and never written.
 */
public enum KemKdf {
    HKDF_SHA256("HKDF-SHA256", new AlgorithmIdentifier(PKCSObjectIdentifiers.id_alg_hkdf_with_sha256)),
    HKDF_SHA384("HKDF-SHA384", new AlgorithmIdentifier(PKCSObjectIdentifiers.id_alg_hkdf_with_sha384)),
    HKDF_SHA512("HKDF-SHA512", new AlgorithmIdentifier(PKCSObjectIdentifiers.id_alg_hkdf_with_sha512)),
    KDF3_SHA256("SHA-256", kdf3(NISTObjectIdentifiers.id_sha256)),
    KDF3_SHA384("SHA-384", kdf3(NISTObjectIdentifiers.id_sha384)),
    KDF3_SHA512("SHA-512", kdf3(NISTObjectIdentifiers.id_sha512));

    private final String engine;

    @SuppressWarnings("ImmutableEnumChecker")
    private final AlgorithmIdentifier identifier;

    KemKdf(String engine, AlgorithmIdentifier identifier) {
        this.engine = engine;
        this.identifier = identifier;
    }

    /** Returns the derivation that an identifier names, or empty if it is not supported. */
    public static Optional<KemKdf> of(AlgorithmIdentifier named) {
        return Arrays.stream(values()).filter(each -> each.isNamed(named)).findFirst();
    }

    /** Returns the algorithm identifier (RFC 8619 §2, RFC 9690 §B.1). */
    public AlgorithmIdentifier identifier() {
        return identifier;
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
            return derive(secret, info.getEncoded(ASN1Encoding.DER), length);
        } catch (IOException e) {
            throw new IllegalStateException("encoding to memory failed", e);
        }
    }

    byte[] derive(byte[] secret, byte[] info, int length) throws GeneralSecurityException {
        if (!isKdf3()) {
            return KDF.getInstance(engine)
                    .deriveData(HKDFParameterSpec.ofExtract().addIKM(secret).thenExpand(info, length));
        }
        MessageDigest digest = MessageDigest.getInstance(engine);
        ByteBuffer out = ByteBuffer.allocate(length + digest.getDigestLength());
        for (int counter = 1; out.position() < length; counter++) {
            digest.update(ByteBuffer.allocate(4).putInt(counter).flip());
            digest.update(secret);
            out.put(digest.digest(info));
        }
        byte[] derived = Arrays.copyOf(out.array(), length);
        Arrays.fill(out.array(), (byte) 0);
        return derived;
    }

    private boolean isKdf3() {
        return identifier.getAlgorithm().equals(KDF3);
    }

    private boolean isNamed(AlgorithmIdentifier named) {
        return named.getAlgorithm().equals(identifier.getAlgorithm())
                && digest(named).equals(digest(identifier));
    }

    // The digest inside KDF3 may have NULL as its own parameters, or none.
    private static Optional<ASN1Encodable> digest(AlgorithmIdentifier named) {
        return named.getAlgorithm().equals(KDF3)
                        && named.getParameters() instanceof ASN1Sequence digest
                        && digest.size() > 0
                ? Optional.of(digest.getObjectAt(0))
                : Optional.empty();
    }

    private static AlgorithmIdentifier kdf3(ASN1ObjectIdentifier digest) {
        return new AlgorithmIdentifier(new ASN1ObjectIdentifier(KDF3_ID), new DERSequence(digest));
    }

    private static final String KDF3_ID = "1.3.133.16.840.9.44.1.2";
    private static final ASN1ObjectIdentifier KDF3 = new ASN1ObjectIdentifier(KDF3_ID);
}
