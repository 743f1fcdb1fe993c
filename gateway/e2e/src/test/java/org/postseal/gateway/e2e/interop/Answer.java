package org.postseal.gateway.e2e.interop;

/** The answer of Postseal or a peer that was asked to make or to read a message. */
sealed interface Answer {
    /**
     * The message was made or read.
     *
     * @param octets the MIME entity that was made, or the content that was read
     */
    record Done(byte[] octets) implements Answer {}

    /** It was tried, and it failed. */
    record Refused(String messages) implements Answer {}

    /** There is no way to ask for it. */
    record NotAskable() implements Answer {}
}
