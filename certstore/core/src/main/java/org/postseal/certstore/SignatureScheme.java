package org.postseal.certstore;

/**
 * The signature schemes that a {@link KeyHandle} supports. A scheme is a key type, a padding and a digest (RFC 5754,
 * RFC 4056, RFC 5753, RFC 8419, RFC 9882).
 */
public enum SignatureScheme {
    /** Only old receivers need this scheme. */
    RSA_PKCS1_MD5,
    /** Only old receivers need this scheme. */
    RSA_PKCS1_SHA1,
    RSA_PKCS1_SHA256,
    RSA_PKCS1_SHA384,
    RSA_PKCS1_SHA512,
    RSA_PSS_SHA256,
    RSA_PSS_SHA384,
    RSA_PSS_SHA512,
    /** Only old receivers need this scheme. */
    ECDSA_SHA1,
    ECDSA_SHA256,
    ECDSA_SHA384,
    ECDSA_SHA512,
    ED25519,
    ED448,
    /** Pure ML-DSA, with the parameter set of the key. */
    ML_DSA
}
