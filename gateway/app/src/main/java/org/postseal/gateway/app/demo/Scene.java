package org.postseal.gateway.app.demo;

/**
 * One message of the demonstration and what must become of it.
 *
 * @param title the letter of the scene, and what happens in it
 * @param subject the subject, which decides which rule matches
 * @param to the recipient
 * @param expected what must come out
 */
record Scene(String title, String subject, String to, Expected expected) {
    /** The expected result at the next hop. */
    enum Expected {
        /** A {@code multipart/signed} message, verified by somebody else's program. */
        SIGNED,
        /** An enveloped message, opened by somebody else's program with the recipient's key. */
        ENCRYPTED,
        /** An enveloped message that is signed inside. */
        SIGNED_AND_ENCRYPTED,
        /** An opened message whose signature was found valid. */
        OPENED,
        /** A refusal with 5.7.1, and nothing at the next hop. */
        REFUSED
    }
}
