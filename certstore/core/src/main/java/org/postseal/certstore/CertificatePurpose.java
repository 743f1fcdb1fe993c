package org.postseal.certstore;

/** What a certificate is to be used for. */
public enum CertificatePurpose {
    /** Signing mail, and verifying a signature: digitalSignature or nonRepudiation (RFC 8550 §4.4.2). */
    SIGN,
    /** Encrypting to it: keyEncipherment for RSA, keyAgreement for ECDH (RFC 5652 §6.2). */
    ENCRYPT
}
