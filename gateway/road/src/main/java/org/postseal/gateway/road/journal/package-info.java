/**
 * Remembers which recipients already have which message, as rows of a SQLite file without content. By these rows a
 * retry of the peer is told apart from a new message, so that nobody gets a message twice because another recipient
 * failed.
 */
@NullMarked
package org.postseal.gateway.road.journal;

import org.jspecify.annotations.NullMarked;
