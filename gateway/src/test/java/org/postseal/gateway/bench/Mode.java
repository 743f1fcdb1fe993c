package org.postseal.gateway.bench;

/** What is done to each message. */
enum Mode {
    /** Without the gateway: what the load generator and the sink can do on this machine. */
    DIRECT,
    /** Passed on untouched. */
    RELAY,
    /** RSA-2048, SHA-256, multipart/signed. */
    SIGN,
    /** AES-256-GCM to one RSA-2048 recipient. */
    ENCRYPT,
    /** The same, opened. */
    DECRYPT
}
