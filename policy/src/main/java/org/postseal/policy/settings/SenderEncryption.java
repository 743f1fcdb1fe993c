package org.postseal.policy.settings;

/** The sender's encryption that counts, from the laxest choice to the strictest. */
public enum SenderEncryption {
    /** A sound encryption counts, whoever it is for. */
    STRUCTURE,
    /** An encryption counts if the recipient can read it. */
    FOR_RECIPIENT,
    NEVER
}
