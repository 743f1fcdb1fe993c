package org.postseal.gateway.app.demo;

/**
 * Describes one message of the demonstration and what must become of it.
 *
 * @param title the letter of the scene, and what happens in it
 * @param subject the subject, which decides which rule matches
 * @param to the recipient
 * @param expected what must come out
 */
record Scene(String title, String subject, String to, Expected expected) {
    /** Says what must arrive at the next hop. */
    enum Expected {
        /** A {@code multipart/signed} message arrives, and somebody else's program verifies it. */
        SIGNED,
        /** An enveloped message arrives, and somebody else's program opens it with the recipient's key. */
        ENCRYPTED,
        /** An enveloped message arrives that is signed inside. */
        SIGNED_AND_ENCRYPTED,
        /** An opened message arrives whose signature was found valid. */
        OPENED,
        /** Nothing arrives, and the sender is refused with 5.7.1. */
        REFUSED
    }
}
