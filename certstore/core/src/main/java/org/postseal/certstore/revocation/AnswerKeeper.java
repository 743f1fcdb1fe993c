package org.postseal.certstore.revocation;

import org.postseal.certstore.PathEvidence;

/**
 * Receives every list and response each time it counts for a verdict. Thread-safe. It must neither wait nor throw,
 * since a message waits.
 */
@FunctionalInterface
public interface AnswerKeeper {
    /** Keeps nothing. */
    AnswerKeeper NONE = (_, _, _) -> {};

    /**
     * Receives an answer before the verdict is reported.
     *
     * @param sha256 the SHA-256 of {@code octets} in 64 hex digits
     * @param octets the DER as received, which must not be changed
     */
    void keep(PathEvidence.Kind kind, String sha256, byte[] octets);
}
