package org.postseal.certstore.directory;

import java.util.List;

/**
 * The answer of a source for an address, as the cache holds it. The times are readings of the ticker.
 *
 * @param isStale whether the answer is past its time and the source cannot be asked
 * @param until when a choice based on this answer must be made again
 * @param refreshAt when the answer is to be renewed in the background
 */
record Answer<T>(List<T> items, boolean isStale, long until, long refreshAt) {}
