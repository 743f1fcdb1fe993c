package org.postseal.gateway.audit;

/**
 * Says how the copy of the log has fared since the start.
 *
 * @param sent records that the journal has taken
 * @param lost records that the journal did not take, or for which the queue had no room
 * @param waiting records that wait to be sent
 */
public record CopyState(long sent, long lost, int waiting) {}
