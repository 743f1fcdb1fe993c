/**
 * Finds and counts records in a log that may be written meanwhile. Full files are compressed chunk by chunk and get an
 * index, so that a search reads only the chunks that may have what it looks for.
 */
@NullMarked
package org.postseal.gateway.audit.search;

import org.jspecify.annotations.NullMarked;
