package org.postseal.gateway.smime;

/** The content ciphers by what their parameters look like; one place reads and writes them, {@link CipherParameters}. */
enum CipherFamily {
    /** A block cipher whose only parameter is the initialisation vector (RFC 3370 §5.1, RFC 3565 §2.3). */
    CBC(false),
    /** RC2, whose parameters also say how much of the key is used (RFC 3370 §5.2). */
    RC2_CBC(false),
    /** AES in Galois/Counter Mode (RFC 5084 §3.2). */
    GCM(true),
    /** ChaCha20 with Poly1305, whose only parameter is the nonce (RFC 8103 §3). */
    CHACHA20_POLY1305(true);

    private final boolean authenticated;

    CipherFamily(boolean authenticated) {
        this.authenticated = authenticated;
    }

    /** True for those of authEnveloped-data. */
    boolean isAuthenticated() {
        return authenticated;
    }
}
