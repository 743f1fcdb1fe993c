package org.postseal.certstore.key;

/** In which form PKCS #12 is written (RFC 7292, RFC 9579 apart: nobody in the field reads PBMAC1 yet). */
public enum Pkcs12Profile {
    /** PBES2 with AES-256-CBC and PBKDF2 by HMAC-SHA-256, MAC by HMAC-SHA-256: what today's programs read. */
    MODERN(Pkcs12Writer.ITERATIONS),
    /**
     * 3DES by pbeWithSHA1And3-KeyTripleDES-CBC for keys and certificates alike, MAC by HMAC-SHA-1: for Apple's keychains, Android, and Windows before Server 2019. Only under a password that is random: old
     * devices get fewer rounds.
     */
    COMPATIBLE(10_000);

    private final int iterations;

    Pkcs12Profile(int iterations) {
        this.iterations = iterations;
    }

    /** Rounds of the derivation, for each bag and the MAC. */
    public int iterations() {
        return iterations;
    }
}
