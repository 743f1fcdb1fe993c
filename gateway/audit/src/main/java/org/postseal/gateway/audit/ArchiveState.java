package org.postseal.gateway.audit;

/**
 * How the keeping of what validations relied on fares, since the start.
 *
 * @param kept written
 * @param lost not written, or named by a record and not there
 */
public record ArchiveState(long kept, long lost) {}
