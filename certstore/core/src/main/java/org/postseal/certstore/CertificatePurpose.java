package org.postseal.certstore;

/** Says what a certificate is used for. */
public enum CertificatePurpose {
    /**
     * The certificate serves to sign mail or to verify a signature: digitalSignature or nonRepudiation (RFC 8550
     * §4.4.2).
     */
    SIGN,
    /** Mail is encrypted to the certificate: keyEncipherment for RSA, keyAgreement for ECDH (RFC 5652 §6.2). */
    ENCRYPT
}
