package org.postseal.policy;

/** Which encryption of a sender's counts, from the laxest. */
enum SenderEncryption {
    /** One that is sound, for whomever it is. */
    STRUCTURE,
    /** One that the recipient can read. */
    FOR_RECIPIENT,
    NEVER
}
