package org.postseal.gateway.e2e.interop;

/** What came of asking somebody to make or to read. */
sealed interface Answer {
    /**
     * Done.
     *
     * @param octets what was made: a MIME entity; or what was read: the content
     */
    record Done(byte[] octets) implements Answer {}

    /** Tried in vain. */
    record Refused(String messages) implements Answer {}

    /** There is no way to ask for it. */
    record NotAskable() implements Answer {}
}
