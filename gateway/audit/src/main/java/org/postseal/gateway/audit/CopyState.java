package org.postseal.gateway.audit;

/**
 * How the copy of the log fares since the start.
 *
 * @param sent records that the journal has taken
 * @param lost records that it has not taken, or that found no room in the queue
 * @param waiting records that are still to be sent
 */
public record CopyState(long sent, long lost, int waiting) {}
