package org.postseal.gateway.smime;

/**
 * Groups the content ciphers by the form of their parameters, which {@link CipherParameters} alone reads and writes.
 */
enum CipherFamily {
    /** The only parameter of a block cipher is the initialisation vector (RFC 3370 §5.1, RFC 3565 §2.3). */
    CBC(false),
    /** The parameters of RC2 also say how much of the key is used (RFC 3370 §5.2). */
    RC2_CBC(false),
    /** This is AES in Galois/Counter Mode (RFC 5084 §3.2). */
    GCM(true),
    /** The only parameter of ChaCha20 with Poly1305 is the nonce (RFC 8103 §3). */
    CHACHA20_POLY1305(true);

    private final boolean authenticated;

    CipherFamily(boolean authenticated) {
        this.authenticated = authenticated;
    }

    /** Returns true for the ciphers of authEnveloped-data. */
    boolean isAuthenticated() {
        return authenticated;
    }
}
