package org.postseal.gateway.road.journal;

/** How far a recipient's copy has got. */
public enum JournalState {
    /** About to be sent, or sent, and nobody knows what became of it. */
    PREPARED,
    /** The next hop has taken it. */
    ACCEPTED,
    /** The next hop, or we, have not taken it, for now or for good. A record only: a retry is sent. */
    REFUSED
}
