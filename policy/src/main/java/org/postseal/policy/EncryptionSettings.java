package org.postseal.policy;

/**
 * How to encrypt.
 *
 * @param cipher content cipher; the GCM ones make authEnveloped-data, the CBC ones enveloped-data
 * @param rsaKeyTransport for RSA recipients; EC recipients always get ephemeral-static ECDH
 * @param keyIdentifier whether a recipient is named by subject key identifier, if the certificate has one (OWAUseKeyIdentifier)
 */
public record EncryptionSettings(Cipher cipher, RsaKeyTransport rsaKeyTransport, boolean keyIdentifier) {
    /** With recipients named by issuer and serial number, which every client finds. */
    public EncryptionSettings(Cipher cipher, RsaKeyTransport rsaKeyTransport) {
        this(cipher, rsaKeyTransport, false);
    }

    /** Content ciphers by RFC 8551 §2.7, and the one of its §1.4 that every old client reads. */
    public enum Cipher {
        /** Only where the policy allows old algorithms. */
        TRIPLE_DES_CBC,
        AES128_CBC,
        AES192_CBC,
        AES256_CBC,
        AES128_GCM,
        AES192_GCM,
        AES256_GCM;

        public boolean isAuthenticated() {
            return name().endsWith("_GCM");
        }
    }

    /** RSA key transport (RFC 3370 §4.2.1, RFC 3560). */
    public enum RsaKeyTransport {
        PKCS1,
        OAEP_SHA256
    }
}
