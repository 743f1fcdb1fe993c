package org.postseal.certstore.key.handle;

import java.security.GeneralSecurityException;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.postseal.certstore.PublicKeyKind;

/** Wraps a content key under a key that was agreed on or encapsulated. */
public enum ContentKeyWrap {
    /** AES key wrap (RFC 3394, RFC 3565 §2.3.2) for content keys of 16 octets and more. */
    AES128(NISTObjectIdentifiers.id_aes128_wrap, 16, "AESWrap", "AES"),
    AES192(NISTObjectIdentifiers.id_aes192_wrap, 24, "AESWrap", "AES"),
    AES256(NISTObjectIdentifiers.id_aes256_wrap, 32, "AESWrap", "AES"),
    /**
     * AES key wrap with padding (RFC 5649) for content keys of any length. DES keys and short RC2 keys do not fit into
     * the other wraps.
     */
    AES128_PAD(NISTObjectIdentifiers.id_aes128_wrap_pad, 16, "AESWrapPad", "AES"),
    AES192_PAD(NISTObjectIdentifiers.id_aes192_wrap_pad, 24, "AESWrapPad", "AES"),
    AES256_PAD(NISTObjectIdentifiers.id_aes256_wrap_pad, 32, "AESWrapPad", "AES"),
    /** Triple-DES key wrap (RFC 3217 §3). We only unwrap it, for old mail, and never produce it. */
    TRIPLE_DES(PKCSObjectIdentifiers.id_alg_CMS3DESwrap, 24, "DESedeWrap", "DESede");

    private final String oid;
    private final int keyLength;
    private final String transformation;
    private final String keyAlgorithm;

    ContentKeyWrap(ASN1ObjectIdentifier oid, int keyLength, String transformation, String keyAlgorithm) {
        this.oid = oid.getId();
        this.keyLength = keyLength;
        this.transformation = transformation;
        this.keyAlgorithm = keyAlgorithm;
    }

    /** Returns the wrap that a message names, or empty if it is not supported. */
    public static Optional<ContentKeyWrap> of(ASN1ObjectIdentifier oid) {
        for (ContentKeyWrap wrap : values()) {
            if (wrap.oid.equals(oid.getId())) {
                return Optional.of(wrap);
            }
        }
        return Optional.empty();
    }

    /**
     * Returns the wrap that we use for a content key of this many octets. Its key is at least as long as the content
     * key (RFC 8551 §2.3).
     */
    public static ContentKeyWrap forContentKey(int octets) {
        return octets < 16 ? AES128_PAD : octets == 16 ? AES128 : octets == 24 ? AES192 : AES256;
    }

    /** Returns the wrap that we use with ML-KEM: AES-128 for ML-KEM-512 and AES-256 for the others (RFC 9936 §2.1). */
    public static ContentKeyWrap under(PublicKeyKind.MlKemParameters parameters, int contentKeyOctets) {
        boolean fits = contentKeyOctets >= 16;
        return switch (parameters) {
            case ML_KEM_512 -> fits ? AES128 : AES128_PAD;
            case ML_KEM_768, ML_KEM_1024 -> fits ? AES256 : AES256_PAD;
        };
    }

    /** Returns the algorithm identifier with absent parameters (RFC 3565 §2.3.2, RFC 5649 §3). */
    public AlgorithmIdentifier identifier() {
        return new AlgorithmIdentifier(new ASN1ObjectIdentifier(oid));
    }

    /** Returns the length of the wrapping key in octets. */
    public int keyLength() {
        return keyLength;
    }

    /** Wraps {@code contentKey}. The caller wipes both keys. */
    public byte[] wrap(byte[] wrappingKey, byte[] contentKey) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance(transformation);
        cipher.init(Cipher.WRAP_MODE, new SecretKeySpec(wrappingKey, keyAlgorithm));
        return cipher.wrap(new SecretKeySpec(contentKey, "AES"));
    }

    /**
     * Returns the content key, or the substitute if the integrity check fails or the key has another length. With RFC
     * 3394 the check is in constant time, so both outcomes take equally long.
     *
     * @throws GeneralSecurityException if the check fails with one of the other wraps
     */
    byte[] unwrap(byte[] wrappingKey, byte[] wrapped, byte[] substitute) throws GeneralSecurityException {
        return switch (this) {
            case AES128, AES192, AES256 -> AesKeyUnwrap.unwrap(wrappingKey, wrapped, substitute);
            case AES128_PAD, AES192_PAD, AES256_PAD, TRIPLE_DES -> {
                Cipher cipher = Cipher.getInstance(transformation);
                cipher.init(Cipher.UNWRAP_MODE, new SecretKeySpec(wrappingKey, keyAlgorithm));
                byte[] found = cipher.unwrap(wrapped, "AES", Cipher.SECRET_KEY).getEncoded();
                yield found.length == substitute.length ? found : substitute;
            }
        };
    }
}
