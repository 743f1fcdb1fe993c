package org.postseal.certstore.format;

/** The formats that a file can have. */
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
