package org.postseal.gateway.smime;

import java.util.Optional;
import org.bouncycastle.asn1.ASN1ObjectIdentifier;
import org.bouncycastle.asn1.nist.NISTObjectIdentifiers;
import org.bouncycastle.asn1.oiw.OIWObjectIdentifiers;
import org.bouncycastle.asn1.pkcs.PKCSObjectIdentifiers;
import org.bouncycastle.asn1.x509.AlgorithmIdentifier;
import org.postseal.policy.protection.EncryptionAlgorithm;
import org.postseal.policy.protection.EncryptionSettings;

/**
 * Lists the content ciphers that are made and opened (RFC 8551 §2.7, RFC 3370 §5, RFC 3565, RFC 5084, RFC 8103). The
 * old ones are made only where the policy allows them, and opened only under a {@link LegacyReading} that allows them.
 */
enum ContentCipher {
    RC2_40_CBC(EncryptionAlgorithm.RC2_40, CipherFamily.RC2_CBC, PKCSObjectIdentifiers.RC2_CBC, "RC2", 5, 8),
    DES_CBC(EncryptionAlgorithm.DES, CipherFamily.CBC, OIWObjectIdentifiers.desCBC, "DES", 8, 8),
    RC2_64_CBC(EncryptionAlgorithm.RC2_64, CipherFamily.RC2_CBC, PKCSObjectIdentifiers.RC2_CBC, "RC2", 8, 8),
    RC2_128_CBC(EncryptionAlgorithm.RC2_128, CipherFamily.RC2_CBC, PKCSObjectIdentifiers.RC2_CBC, "RC2", 16, 8),
    TRIPLE_DES_CBC(
            EncryptionAlgorithm.TRIPLE_DES, CipherFamily.CBC, PKCSObjectIdentifiers.des_EDE3_CBC, "DESede", 24, 8),
    AES128_CBC(EncryptionAlgorithm.AES128, CipherFamily.CBC, NISTObjectIdentifiers.id_aes128_CBC, "AES", 16, 16),
    AES192_CBC(EncryptionAlgorithm.AES192, CipherFamily.CBC, NISTObjectIdentifiers.id_aes192_CBC, "AES", 24, 16),
    AES256_CBC(EncryptionAlgorithm.AES256, CipherFamily.CBC, NISTObjectIdentifiers.id_aes256_CBC, "AES", 32, 16),
    AES128_GCM(EncryptionAlgorithm.AES128_GCM, CipherFamily.GCM, NISTObjectIdentifiers.id_aes128_GCM, "AES", 16, 16),
    AES192_GCM(EncryptionAlgorithm.AES192_GCM, CipherFamily.GCM, NISTObjectIdentifiers.id_aes192_GCM, "AES", 24, 16),
    AES256_GCM(EncryptionAlgorithm.AES256_GCM, CipherFamily.GCM, NISTObjectIdentifiers.id_aes256_GCM, "AES", 32, 16),
    CHACHA20_POLY1305(
            EncryptionAlgorithm.CHACHA20_POLY1305,
            CipherFamily.CHACHA20_POLY1305,
            PKCSObjectIdentifiers.id_alg_AEADChaCha20Poly1305,
            "ChaCha20",
            32,
            64);

    /**
     * This many octets are fed to a cipher at once. A whole message in one call keeps the JIT out, which is a 36-fold
     * loss with the JDK's GCM.
     */
    static final int CHUNK = 16 * 1024;

    private final EncryptionAlgorithm algorithm;
    private final CipherFamily family;
    private final String oid;
    private final String keyAlgorithm;
    private final int keyLength;
    private final int block;

    ContentCipher(
            EncryptionAlgorithm algorithm,
            CipherFamily family,
            ASN1ObjectIdentifier oid,
            String keyAlgorithm,
            int keyLength,
            int block) {
        this.algorithm = algorithm;
        this.family = family;
        this.oid = oid.getId();
        this.keyAlgorithm = keyAlgorithm;
        this.keyLength = keyLength;
        this.block = block;
    }

    /**
     * Returns the cipher that a message or a capability names.
     *
     * @throws IllegalArgumentException if the parameters of RC2 are malformed
     */
    static Optional<ContentCipher> of(AlgorithmIdentifier identifier) {
        for (ContentCipher cipher : values()) {
            if (cipher.oid.equals(identifier.getAlgorithm().getId())
                    && (cipher.family != CipherFamily.RC2_CBC
                            || Rc2Version.bits(identifier)
                                    .filter(bits -> bits == 8 * cipher.keyLength)
                                    .isPresent())) {
                return Optional.of(cipher);
            }
        }
        return Optional.empty();
    }

    static ContentCipher of(EncryptionSettings.Cipher cipher) {
        return valueOf(cipher.name());
    }

    /** Returns the cipher in the words of the policy. */
    EncryptionAlgorithm algorithm() {
        return algorithm;
    }

    CipherFamily family() {
        return family;
    }

    ASN1ObjectIdentifier oid() {
        return new ASN1ObjectIdentifier(oid);
    }

    /** Returns the octets of the content key. */
    int keyLength() {
        return keyLength;
    }

    /** Returns true for the ciphers of authEnveloped-data. */
    boolean isAuthenticated() {
        return family.isAuthenticated();
    }

    /** Returns the JCA transformation. */
    String transformation() {
        return switch (family) {
            case CBC, RC2_CBC -> keyAlgorithm + "/CBC/PKCS5Padding";
            case GCM -> keyAlgorithm + "/GCM/NoPadding";
            case CHACHA20_POLY1305 -> "ChaCha20-Poly1305";
        };
    }

    /** Returns the JCA name of its keys. */
    String keyAlgorithm() {
        return keyAlgorithm;
    }

    /** Returns the octets of a block, which are also those of the CBC initialisation vector. */
    int block() {
        return block;
    }

    /** Returns how many octets of ciphertext the given number of octets of content becomes, without the tag. */
    long encryptedSize(long contentSize) {
        return isAuthenticated() ? contentSize : (contentSize / block + 1) * block;
    }

    /**
     * Tells whether an entry of SMIMECapabilities names this cipher. It names AES and ChaCha20 without parameters, and
     * RC2 with its effective bits (RFC 8551 §2.5.2, RFC 2268 §6).
     */
    boolean isNamedBy(AlgorithmIdentifier capability) {
        return capability.getAlgorithm().getId().equals(oid)
                && (family != CipherFamily.RC2_CBC || Rc2Version.isCapability(capability, 8 * keyLength));
    }
}
