package org.postseal.certstore.format;

/** What a file turned out to be. */
public enum Format {
    PEM,
    DER_CERTIFICATE,
    DER_CRL,
    DER_PRIVATE_KEY,
    PKCS7,
    PKCS12,
    SST,
    LDIF
}
