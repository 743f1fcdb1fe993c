package org.postseal.policy.settings;

/** Which encryption of a sender's counts, from the laxest. */
public enum SenderEncryption {
    /** One that is sound, for whomever it is. */
    STRUCTURE,
    /** One that the recipient can read. */
    FOR_RECIPIENT,
    NEVER
}
