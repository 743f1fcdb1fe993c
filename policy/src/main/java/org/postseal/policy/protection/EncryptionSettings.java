package org.postseal.policy.protection;

import java.util.List;
import org.postseal.certstore.MailAddress;

/**
 * The settings for encryption.
 *
 * @param cipher content cipher; authenticated ciphers make authEnveloped-data, and CBC ciphers make enveloped-data
 * @param rsaKeyTransport for RSA recipients; EC recipients always get ephemeral-static ECDH
 * @param keyIdentifier whether a recipient is named by subject key identifier, if the certificate has one
 *     (OWAUseKeyIdentifier)
 * @param mlKem how a certificate with an ML-KEM key is used if its owner has another one too
 * @param readers people who can read the message although it is not sent to them (encryptFor)
 */
public record EncryptionSettings(
        Cipher cipher, RsaKeyTransport rsaKeyTransport, boolean keyIdentifier, MlKem mlKem, List<MailAddress> readers) {
    public EncryptionSettings {
        readers = List.copyOf(readers);
    }

    /** Makes settings without further readers. */
    public EncryptionSettings(Cipher cipher, RsaKeyTransport rsaKeyTransport, boolean keyIdentifier, MlKem mlKem) {
        this(cipher, rsaKeyTransport, keyIdentifier, mlKem, List.of());
    }

    /** Makes settings that use ML-KEM beside the other keys. */
    public EncryptionSettings(Cipher cipher, RsaKeyTransport rsaKeyTransport, boolean keyIdentifier) {
        this(cipher, rsaKeyTransport, keyIdentifier, MlKem.BESIDE);
    }

    /** Makes settings that name recipients by issuer and serial number, which every client finds. */
    public EncryptionSettings(Cipher cipher, RsaKeyTransport rsaKeyTransport) {
        this(cipher, rsaKeyTransport, false);
    }

    /** Returns the same settings with these further readers. */
    public EncryptionSettings readBy(List<MailAddress> others) {
        return new EncryptionSettings(cipher, rsaKeyTransport, keyIdentifier, mlKem, others);
    }

    /** Content ciphers of RFC 8551 §2.7 and of the versions before it. */
    public enum Cipher {
        /** This one and the next four are used only if the policy allows old algorithms. */
        RC2_40_CBC,
        DES_CBC,
        RC2_64_CBC,
        RC2_128_CBC,
        TRIPLE_DES_CBC,
        AES128_CBC,
        AES192_CBC,
        AES256_CBC,
        AES128_GCM,
        AES192_GCM,
        AES256_GCM,
        CHACHA20_POLY1305;

        public boolean isAuthenticated() {
            return this == CHACHA20_POLY1305 || name().endsWith("_GCM");
        }
    }

    /** The use of a second certificate, which has an ML-KEM key (RFC 9936). */
    public enum MlKem {
        /** It is not used, because the policy does not allow such keys. */
        UNUSED,
        /** The content key is encrypted to both certificates, so that old clients can still read. */
        BESIDE,
        /**
         * The content key is encrypted to this certificate only, so that a quantum computer cannot find it by way of
         * the other.
         */
        ALONE
    }

    /** RSA key transport (RFC 3370 §4.2.1, RFC 3560), the weakest first; OAEP uses the same digest in its mask. */
    public enum RsaKeyTransport {
        PKCS1,
        OAEP_SHA1,
        OAEP_SHA256,
        OAEP_SHA384,
        OAEP_SHA512
    }
}
