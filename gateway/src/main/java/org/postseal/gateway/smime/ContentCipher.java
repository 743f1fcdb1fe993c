package org.postseal.gateway.smime;

import java.util.Optional;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.postseal.policy.EncryptionSettings;

/** The content ciphers that are made and, but for the first, opened (RFC 8551 §2.7, RFC 3370 §5.1, RFC 3565, RFC 5084). */
enum ContentCipher {
    TRIPLE_DES_CBC(24, false, 8),
    AES128_CBC(16, false, 16),
    AES192_CBC(24, false, 16),
    AES256_CBC(32, false, 16),
    AES128_GCM(16, true, 16),
    AES192_GCM(24, true, 16),
    AES256_GCM(32, true, 16);

    /** Octets fed to a cipher at once: a whole message in one call keeps the JIT out (a 36-fold loss with the JDK's GCM). */
    static final int CHUNK = 16 * 1024;

    private final int keyLength;
    private final boolean authenticated;
    private final int block;

    ContentCipher(int keyLength, boolean authenticated, int block) {
        this.keyLength = keyLength;
        this.authenticated = authenticated;
        this.block = block;
    }

    /** One that is opened. */
    static Optional<ContentCipher> of(ASN1ObjectIdentifier oid) {
        for (ContentCipher cipher : values()) {
            if (cipher != TRIPLE_DES_CBC && cipher.oid().equals(oid)) {
                return Optional.of(cipher);
            }
        }
        return Optional.empty();
    }

    static ContentCipher of(EncryptionSettings.Cipher cipher) {
        return switch (cipher) {
            case TRIPLE_DES_CBC -> TRIPLE_DES_CBC;
            case AES128_CBC -> AES128_CBC;
            case AES192_CBC -> AES192_CBC;
            case AES256_CBC -> AES256_CBC;
            case AES128_GCM -> AES128_GCM;
            case AES192_GCM -> AES192_GCM;
            case AES256_GCM -> AES256_GCM;
        };
    }

    ASN1ObjectIdentifier oid() {
        return switch (this) {
            case TRIPLE_DES_CBC -> PKCSObjectIdentifiers.des_EDE3_CBC;
            case AES128_CBC -> NISTObjectIdentifiers.id_aes128_CBC;
            case AES192_CBC -> NISTObjectIdentifiers.id_aes192_CBC;
            case AES256_CBC -> NISTObjectIdentifiers.id_aes256_CBC;
            case AES128_GCM -> NISTObjectIdentifiers.id_aes128_GCM;
            case AES192_GCM -> NISTObjectIdentifiers.id_aes192_GCM;
            case AES256_GCM -> NISTObjectIdentifiers.id_aes256_GCM;
        };
    }

    /** True when this capability is for it; parameters, which AES has none of, do not matter. */
    boolean isNamedBy(AlgorithmIdentifier capability) {
        return capability.getAlgorithm().equals(oid());
    }

    /** Octets of the content key. */
    int keyLength() {
        return keyLength;
    }

    /** True for the ciphers of authEnveloped-data. */
    boolean isAuthenticated() {
        return authenticated;
    }

    /** JCA transformation. */
    String transformation() {
        return keyAlgorithm() + (authenticated ? "/GCM/NoPadding" : "/CBC/PKCS5Padding");
    }

    /** JCA name of its keys. */
    String keyAlgorithm() {
        return this == TRIPLE_DES_CBC ? "DESede" : "AES";
    }

    /** Octets of a block, and of the CBC initialisation vector. */
    int block() {
        return block;
    }

    /** Octets of ciphertext for that many of content, without the tag. */
    long encryptedSize(long contentSize) {
        return authenticated ? contentSize : (contentSize / block + 1) * block;
    }

    /** The key wrap to go with it: RFC 8551 §2.3, of the same key size. */
    ASN1ObjectIdentifier keyWrap() {
        return switch (keyLength) {
            case 16 -> NISTObjectIdentifiers.id_aes128_wrap;
            case 24 -> NISTObjectIdentifiers.id_aes192_wrap;
            default -> NISTObjectIdentifiers.id_aes256_wrap;
        };
    }
}
