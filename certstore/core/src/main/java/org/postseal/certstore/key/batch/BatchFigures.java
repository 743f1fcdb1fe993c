package org.postseal.certstore.key.batch;

/**
 * What was done since batches began.
 *
 * @param batches calls of the library
 * @param lanes operations that these calls did
 * @param wrong operations whose answer was wrong or missing, and which were done again alone
 * @param alone operations that found nobody to share a call with
 * @param waitNanos how long operations waited until their batch began, in sum
 */
public record BatchFigures(long batches, long lanes, long wrong, long alone, long waitNanos) {}
