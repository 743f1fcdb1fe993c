package org.postseal.policy;

/**
 * How to encrypt.
 *
 * @param cipher content cipher; the authenticated ones make authEnveloped-data, the CBC ones enveloped-data
 * @param rsaKeyTransport for RSA recipients; EC recipients always get ephemeral-static ECDH
 * @param keyIdentifier whether a recipient is named by subject key identifier, if the certificate has one (OWAUseKeyIdentifier)
 */
public record EncryptionSettings(Cipher cipher, RsaKeyTransport rsaKeyTransport, boolean keyIdentifier) {
    /** With recipients named by issuer and serial number, which every client finds. */
    public EncryptionSettings(Cipher cipher, RsaKeyTransport rsaKeyTransport) {
        this(cipher, rsaKeyTransport, false);
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

    /** RSA key transport (RFC 3370 §4.2.1, RFC 3560), weakest first; OAEP with the same digest in its mask. */
    public enum RsaKeyTransport {
        PKCS1,
        OAEP_SHA1,
        OAEP_SHA256,
        OAEP_SHA384,
        OAEP_SHA512
    }
}
