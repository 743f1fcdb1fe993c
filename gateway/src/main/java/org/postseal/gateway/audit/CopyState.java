package org.postseal.gateway.audit;

/**
 * How a copy of the log fares, since the start.
 *
 * @param sent records that were handed to the network
 * @param lost records that were not: the other side does not take them, and too many wait
 * @param waiting records that are still to be sent
 */
public record CopyState(long sent, long lost, int waiting) {}
