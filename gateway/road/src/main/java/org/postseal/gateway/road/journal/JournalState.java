package org.postseal.gateway.road.journal;

/** The state of a recipient's copy. */
public enum JournalState {
    /** The copy is about to be sent, or was sent and nobody knows the outcome. */
    PREPARED,
    /** The next hop has accepted the copy. */
    ACCEPTED,
    /**
     * The next hop or the gateway has refused the copy, for now or for good. This is for the record only: a retry is
     * sent.
     */
    REFUSED
}
