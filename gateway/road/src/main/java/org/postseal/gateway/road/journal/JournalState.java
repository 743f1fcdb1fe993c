package org.postseal.gateway.road.journal;

/** Says what became of a recipient's copy. */
public enum JournalState {
    /** The copy is about to be sent, or was sent and nobody knows the outcome. */
    PREPARED,
    /** The next hop has accepted the copy. */
    ACCEPTED,
    /**
     * The next hop or the gateway has refused the copy, for now or for good. This state is only a record: a retry is
     * sent.
     */
    REFUSED
}
