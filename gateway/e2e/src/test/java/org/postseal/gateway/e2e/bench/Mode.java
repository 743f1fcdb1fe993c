package org.postseal.gateway.e2e.bench;

import java.util.Optional;

/** What is done to each message. */
enum Mode {
    /** Without the gateway: shows what the load generator and the sink can do on this machine. */
    DIRECT,
    /** The message is passed on untouched. */
    RELAY,
    /** The message is signed with RSA-2048 and SHA-256 as multipart/signed. */
    SIGN,
    /** The message is signed likewise with P-256. */
    SIGN_EC,
    /** The message is encrypted with AES-256-GCM to one RSA-2048 recipient. */
    ENCRYPT,
    /** A message that was encrypted in this way is opened. */
    DECRYPT,
    /** An opaque signature by RSA-2048 with SHA-256 is verified, and the message is annotated. */
    VERIFY;

    /** Returns the row of {@code bin/bench cms} with the bare CMS operation of the mode; empty if there is none. */
    Optional<String> bareOperation(int sizeKb) {
        return switch (this) {
            case DIRECT, RELAY -> Optional.empty();
            case SIGN -> Optional.of("CMS sign RSA2048, " + sizeKb + " KB");
            case SIGN_EC -> Optional.of("CMS sign P256, " + sizeKb + " KB");
            case ENCRYPT -> Optional.of("CMS encrypt GCM_OAEP to 1, " + sizeKb + " KB");
            case DECRYPT -> Optional.of("CMS decrypt GCM_OAEP, " + sizeKb + " KB");
            case VERIFY -> Optional.of("CMS verify RSA2048, path known, " + sizeKb + " KB");
        };
    }
}
