package org.postseal.certstore.key.handle;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.security.GeneralSecurityException;
import java.security.MessageDigest;
import java.util.Arrays;
import java.util.HashMap;
import java.util.Map;
import javax.crypto.KDF;
import javax.crypto.spec.HKDFParameterSpec;
import org.bouncycastle.asn1.ASN1Encoding;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.cms.ecc.ECCCMSSharedInfo;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.sec.SECObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.bouncycastle.asn1.x9.X9ObjectIdentifiers;
import org.jspecify.annotations.Nullable;
import org.postseal.certstore.PublicKeyKind;

/** The key derivation that a key-agreement scheme names: X9.63 (RFC 5753 §7.1) or HKDF (RFC 8418 §2.2). */
public enum AgreementKdf {
    X963_SHA1("SHA-1", false),
    X963_SHA224("SHA-224", false),
    X963_SHA256("SHA-256", false),
    X963_SHA384("SHA-384", false),
    X963_SHA512("SHA-512", false),
    HKDF_SHA256("HKDF-SHA256", true),
    HKDF_SHA384("HKDF-SHA384", true),
    HKDF_SHA512("HKDF-SHA512", true);

    private final String engine;
    private final boolean hkdf;

    AgreementKdf(String engine, boolean hkdf) {
        this.engine = engine;
        this.hkdf = hkdf;
    }

    /** Returns the derivation of a scheme, or null if the scheme is not supported. */
    static @Nullable AgreementKdf of(ASN1ObjectIdentifier scheme) {
        return SCHEMES.get(scheme);
    }

    /**
     * Returns the derivation that we use when we encrypt to a key of this kind: by the size of the curve (RFC 5753
     * §7.1.4), or the one of RFC 8418 §2.1 and RFC 8551 §2.3.
     */
    public static AgreementKdf of(PublicKeyKind kind) {
        return switch (kind) {
            case PublicKeyKind.Ec(PublicKeyKind.Curve curve) ->
                switch (curve.digestBits()) {
                    case 256 -> X963_SHA256;
                    case 384 -> X963_SHA384;
                    default -> X963_SHA512;
                };
            case PublicKeyKind.X25519 _ -> HKDF_SHA256;
            case PublicKeyKind.X448 _ -> HKDF_SHA512;
            case PublicKeyKind.Rsa _, PublicKeyKind.SignsOnly _, PublicKeyKind.MlKem _, PublicKeyKind.CompositeKem _ ->
                throw new IllegalArgumentException(kind + " agrees on nothing");
        };
    }

    /** Returns the scheme of standard ECDH with this derivation. */
    public ASN1ObjectIdentifier scheme() {
        return switch (this) {
            case X963_SHA1 -> X9ObjectIdentifiers.dhSinglePass_stdDH_sha1kdf_scheme;
            case X963_SHA224 -> SECObjectIdentifiers.dhSinglePass_stdDH_sha224kdf_scheme;
            case X963_SHA256 -> SECObjectIdentifiers.dhSinglePass_stdDH_sha256kdf_scheme;
            case X963_SHA384 -> SECObjectIdentifiers.dhSinglePass_stdDH_sha384kdf_scheme;
            case X963_SHA512 -> SECObjectIdentifiers.dhSinglePass_stdDH_sha512kdf_scheme;
            case HKDF_SHA256 -> PKCSObjectIdentifiers.dhSinglePass_stdDH_hkdf_sha256_scheme;
            case HKDF_SHA384 -> PKCSObjectIdentifiers.dhSinglePass_stdDH_hkdf_sha384_scheme;
            case HKDF_SHA512 -> PKCSObjectIdentifiers.dhSinglePass_stdDH_hkdf_sha512_scheme;
        };
    }

    /**
     * Derives the wrapping key.
     *
     * @param wrap keyInfo, encoded as in the message
     * @param length the length of the wrapping key in octets
     */
    public byte[] derive(byte[] secret, AlgorithmIdentifier wrap, byte @Nullable [] userKeyingMaterial, int length)
            throws GeneralSecurityException {
        byte[] info = sharedInfo(wrap, userKeyingMaterial, length);
        if (hkdf) {
            // RFC 8418 §2.2: the ukm is the salt.
            HKDFParameterSpec.Builder extract = HKDFParameterSpec.ofExtract().addIKM(secret);
            HKDFParameterSpec.Builder salted =
                    userKeyingMaterial == null ? extract : extract.addSalt(userKeyingMaterial);
            return KDF.getInstance(engine).deriveData(salted.thenExpand(info, length));
        }
        MessageDigest digest = MessageDigest.getInstance(engine);
        ByteBuffer out = ByteBuffer.allocate(length + digest.getDigestLength());
        for (int counter = 1; out.position() < length; counter++) {
            digest.update(secret);
            digest.update(ByteBuffer.allocate(4).putInt(0, counter));
            out.put(digest.digest(info));
        }
        return Arrays.copyOf(out.array(), length);
    }

    // ECC-CMS-SharedInfo, RFC 5753 §7.2: keyInfo as in the message, the ukm, and the length of the wrapping key in
    // bits.
    private static byte[] sharedInfo(AlgorithmIdentifier wrap, byte @Nullable [] userKeyingMaterial, int length) {
        byte[] bits = ByteBuffer.allocate(4).putInt(length * 8).array();
        try {
            return new ECCCMSSharedInfo(wrap, userKeyingMaterial, bits).getEncoded(ASN1Encoding.DER);
        } catch (IOException e) {
            throw new IllegalStateException("encoding to memory failed", e);
        }
    }

    private static final Map<ASN1ObjectIdentifier, AgreementKdf> SCHEMES = new HashMap<>();

    static {
        for (AgreementKdf derivation : values()) {
            SCHEMES.put(derivation.scheme(), derivation);
        }
        // The cofactor of our curves is 1, so both kinds of ECDH are the same there.
        SCHEMES.put(X9ObjectIdentifiers.dhSinglePass_cofactorDH_sha1kdf_scheme, X963_SHA1);
        SCHEMES.put(SECObjectIdentifiers.dhSinglePass_cofactorDH_sha224kdf_scheme, X963_SHA224);
        SCHEMES.put(SECObjectIdentifiers.dhSinglePass_cofactorDH_sha256kdf_scheme, X963_SHA256);
        SCHEMES.put(SECObjectIdentifiers.dhSinglePass_cofactorDH_sha384kdf_scheme, X963_SHA384);
        SCHEMES.put(SECObjectIdentifiers.dhSinglePass_cofactorDH_sha512kdf_scheme, X963_SHA512);
    }
}
