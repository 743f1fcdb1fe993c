package org.postseal.certstore.key;

import java.security.GeneralSecurityException;
import java.util.Optional;
import javax.crypto.Cipher;
import javax.crypto.spec.SecretKeySpec;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.postseal.certstore.PublicKeyKind;

/** How a content key is wrapped by a key that was agreed on or encapsulated. */
public enum ContentKeyWrap {
    /** RFC 3394, RFC 3565 §2.3.2; for content keys of 16 octets and more. */
    AES128(NISTObjectIdentifiers.id_aes128_wrap, 16, "AESWrap", "AES"),
    AES192(NISTObjectIdentifiers.id_aes192_wrap, 24, "AESWrap", "AES"),
    AES256(NISTObjectIdentifiers.id_aes256_wrap, 32, "AESWrap", "AES"),
    /** RFC 5649, for content keys of any length: those of DES and of short RC2 do not fit into the others. */
    AES128_PAD(NISTObjectIdentifiers.id_aes128_wrap_pad, 16, "AESWrapPad", "AES"),
    AES192_PAD(NISTObjectIdentifiers.id_aes192_wrap_pad, 24, "AESWrapPad", "AES"),
    AES256_PAD(NISTObjectIdentifiers.id_aes256_wrap_pad, 32, "AESWrapPad", "AES"),
    /** RFC 3217 §3; never made, and read only with old mail. */
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

    /** The one a message names; empty for one we do not speak. */
    public static Optional<ContentKeyWrap> of(ASN1ObjectIdentifier oid) {
        for (ContentKeyWrap wrap : values()) {
            if (wrap.oid.equals(oid.getId())) {
                return Optional.of(wrap);
            }
        }
        return Optional.empty();
    }

    /** The one made for a content key of this many octets: as long as it is (RFC 8551 §2.3). */
    public static ContentKeyWrap forContentKey(int octets) {
        return octets < 16 ? AES128_PAD : octets == 16 ? AES128 : octets == 24 ? AES192 : AES256;
    }

    /** The one made under ML-KEM: with AES-128 for 512 and AES-256 for the others (RFC 9936 §2.1). */
    public static ContentKeyWrap under(PublicKeyKind.MlKemParameters parameters, int contentKeyOctets) {
        boolean fits = contentKeyOctets >= 16;
        return switch (parameters) {
            case ML_KEM_512 -> fits ? AES128 : AES128_PAD;
            case ML_KEM_768, ML_KEM_1024 -> fits ? AES256 : AES256_PAD;
        };
    }

    /** With absent parameters (RFC 3565 §2.3.2, RFC 5649 §3). */
    public AlgorithmIdentifier identifier() {
        return new AlgorithmIdentifier(new ASN1ObjectIdentifier(oid));
    }

    /** Octets of the wrapping key. */
    public int keyLength() {
        return keyLength;
    }

    /** The wrapped {@code contentKey}; the caller wipes both keys. */
    public byte[] wrap(byte[] wrappingKey, byte[] contentKey) throws GeneralSecurityException {
        Cipher cipher = Cipher.getInstance(transformation);
        cipher.init(Cipher.WRAP_MODE, new SecretKeySpec(wrappingKey, keyAlgorithm));
        return cipher.wrap(new SecretKeySpec(contentKey, "AES"));
    }

    /**
     * The content key, or the substitute where the check of its integrity fails or it has another length. With the wraps that have a check in constant time (RFC 3394) both take the same time.
     *
     * @throws GeneralSecurityException when the check fails, with one of the others
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
