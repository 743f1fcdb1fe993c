package org.postseal.certstore;

/** The signature algorithms a {@link KeyHandle} makes: key type, padding and digest in one (RFC 5754, RFC 4056, RFC 5753, RFC 8419). */
public enum SignatureScheme {
    RSA_PKCS1_SHA256,
    RSA_PKCS1_SHA384,
    RSA_PKCS1_SHA512,
    RSA_PSS_SHA256,
    RSA_PSS_SHA384,
    RSA_PSS_SHA512,
    ECDSA_SHA256,
    ECDSA_SHA384,
    ECDSA_SHA512,
    ED25519
}
