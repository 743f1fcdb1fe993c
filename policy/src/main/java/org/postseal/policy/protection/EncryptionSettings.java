package org.postseal.policy.protection;

import java.util.List;
import org.postseal.certstore.MailAddress;

/**
 * How to encrypt.
 *
 * @param cipher content cipher; the authenticated ones make authEnveloped-data, the CBC ones enveloped-data
 * @param rsaKeyTransport for RSA recipients; EC recipients always get ephemeral-static ECDH
 * @param keyIdentifier whether a recipient is named by subject key identifier, if the certificate has one (OWAUseKeyIdentifier)
 * @param mlKem what a certificate with an ML-KEM key is used for where its owner has another one too
 * @param readers who can read it beside the recipients, and is not sent it (encryptFor)
 */
public record EncryptionSettings(
        Cipher cipher, RsaKeyTransport rsaKeyTransport, boolean keyIdentifier, MlKem mlKem, List<MailAddress> readers) {
    public EncryptionSettings {
        readers = List.copyOf(readers);
    }

    /** With nobody who reads it beside the recipients. */
    public EncryptionSettings(Cipher cipher, RsaKeyTransport rsaKeyTransport, boolean keyIdentifier, MlKem mlKem) {
        this(cipher, rsaKeyTransport, keyIdentifier, mlKem, List.of());
    }

    /** With ML-KEM beside what else there is. */
    public EncryptionSettings(Cipher cipher, RsaKeyTransport rsaKeyTransport, boolean keyIdentifier) {
        this(cipher, rsaKeyTransport, keyIdentifier, MlKem.BESIDE);
    }

    /** With recipients named by issuer and serial number, which every client finds. */
    public EncryptionSettings(Cipher cipher, RsaKeyTransport rsaKeyTransport) {
        this(cipher, rsaKeyTransport, false);
    }

    /** The same, with these who read it too. */
    public EncryptionSettings readBy(List<MailAddress> others) {
        return new EncryptionSettings(cipher, rsaKeyTransport, keyIdentifier, mlKem, others);
    }

    /** Content ciphers by RFC 8551 §2.7, and those of the versions before it. */
    public enum Cipher {
        /** This and the next four only where the policy allows old algorithms. */
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

    /** What becomes of a second certificate, with an ML-KEM key (RFC 9936). */
    public enum MlKem {
        /** Nothing: the policy has no place for such keys. */
        UNUSED,
        /** The content key is encrypted to both, so that old clients go on reading. */
        BESIDE,
        /** It is encrypted to this one only, so that a quantum computer does not find it by the other. */
        ALONE
    }

    /** RSA key transport (RFC 3370 §4.2.1, RFC 3560), weakest first; OAEP with the same digest in its mask. */
    public enum RsaKeyTransport {
        PKCS1,
        OAEP_SHA1,
        OAEP_SHA256,
        OAEP_SHA384,
        OAEP_SHA512
    }
}
