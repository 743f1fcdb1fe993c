package org.postseal.gateway.app.demo;

/**
 * One message of the demonstration and what must become of it.
 *
 * @param title letter and what happens
 * @param subject decides which rule matches
 * @param to recipient
 * @param expected what must come out
 */
record Scene(String title, String subject, String to, Expected expected) {
    /** What must come out at the next hop. */
    enum Expected {
        /** {@code multipart/signed}, verified by somebody else's program. */
        SIGNED,
        /** Enveloped, opened by somebody else's program with the recipient's key. */
        ENCRYPTED,
        /** Enveloped, and signed inside. */
        SIGNED_AND_ENCRYPTED,
        /** Opened, its signature found valid. */
        OPENED,
        /** 5.7.1, and nothing at the next hop. */
        REFUSED
    }
}
