package org.postseal.certstore.directory;

import java.util.List;

/**
 * What a source has for an address, as far as the directory knows. Times are those of the ticker.
 *
 * @param isStale past its time, and the source cannot be asked
 * @param until when a choice that rests on it has to be made again
 * @param refreshAt when it is to be renewed in the background
 */
record Answer<T>(List<T> items, boolean isStale, long until, long refreshAt) {}
