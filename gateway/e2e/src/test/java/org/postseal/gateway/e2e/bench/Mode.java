package org.postseal.gateway.e2e.bench;

import java.util.Optional;

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
    DECRYPT,
    /** An opaque signature of RSA-2048 with SHA-256, verified and annotated. */
    VERIFY;

    /** The row of {@code bin/bench cms} with the bare CMS operation in it; empty where there is none. */
    Optional<String> bareOperation(int sizeKb) {
        return switch (this) {
            case DIRECT, RELAY -> Optional.empty();
            case SIGN -> Optional.of("CMS sign RSA2048, " + sizeKb + " KB");
            case ENCRYPT -> Optional.of("CMS encrypt GCM_OAEP to 1, " + sizeKb + " KB");
            case DECRYPT -> Optional.of("CMS decrypt GCM_OAEP, " + sizeKb + " KB");
            case VERIFY -> Optional.of("CMS verify RSA2048, path known, " + sizeKb + " KB");
        };
    }
}
