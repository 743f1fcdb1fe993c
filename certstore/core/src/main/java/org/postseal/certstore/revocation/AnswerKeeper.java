package org.postseal.certstore.revocation;

import org.postseal.certstore.PathEvidence;

/** Is given every list and response that has counted for a verdict, each time it does. Thread-safe; must neither wait nor throw, since a message waits. */
@FunctionalInterface
public interface AnswerKeeper {
    /** Keeps nothing. */
    AnswerKeeper NONE = (_, _, _) -> {};

    /**
     * Called before the verdict is told.
     *
     * @param sha256 of {@code octets}, 64 hexadecimal digits
     * @param octets as they came (DER), not to be changed
     */
    void keep(PathEvidence.Kind kind, String sha256, byte[] octets);
}
