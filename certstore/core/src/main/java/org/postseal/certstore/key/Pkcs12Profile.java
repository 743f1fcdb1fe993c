package org.postseal.certstore.key;

/**
 * The form in which PKCS #12 is written (RFC 7292). PBMAC1 (RFC 9579) is not used, since no program in the field reads
 * it yet.
 */
public enum Pkcs12Profile {
    /**
     * PBES2 with AES-256-CBC and PBKDF2 by HMAC-SHA-256, and a MAC by HMAC-SHA-256. Today's programs read this form.
     */
    MODERN(100_000),
    /**
     * 3DES by pbeWithSHA1And3-KeyTripleDES-CBC for keys and certificates, and a MAC by HMAC-SHA-1. This form is for
     * Apple's keychains, Android, and Windows before Server 2019. It is safe only under a random password, because it
     * uses fewer rounds for the sake of old devices.
     */
    COMPATIBLE(10_000);

    private final int iterations;

    Pkcs12Profile(int iterations) {
        this.iterations = iterations;
    }

    /** Returns the rounds of key derivation, which apply to each bag and to the MAC. */
    public int iterations() {
        return iterations;
    }
}
