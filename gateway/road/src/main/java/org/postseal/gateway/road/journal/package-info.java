/**
 * Remembers which recipients already have which message, in rows of a SQLite file that hold no content. By these rows,
 * a retry of the peer is told apart from a new message. So nobody gets a message twice because another recipient
 * failed.
 */
@NullMarked
package org.postseal.gateway.road.journal;

import org.jspecify.annotations.NullMarked;
