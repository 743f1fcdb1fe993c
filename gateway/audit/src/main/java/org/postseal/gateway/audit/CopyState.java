package org.postseal.gateway.audit;

/**
 * How the copies of the log fare, since the start.
 *
 * @param sent records that were handed to the network
 * @param lost records that were not: the other side does not take them, and too many wait
 * @param waiting records that are still to be sent
 */
public record CopyState(long sent, long lost, int waiting) {
    /** Both together. */
    CopyState and(CopyState other) {
        return new CopyState(sent + other.sent, lost + other.lost, waiting + other.waiting);
    }
}
