package org.postseal.gateway.audit;

/**
 * Says how the archive of evidence has fared since the start.
 *
 * @param kept how many files were written
 * @param lost how many files could not be written, or were named by a record and are not there
 */
public record ArchiveState(long kept, long lost) {}
