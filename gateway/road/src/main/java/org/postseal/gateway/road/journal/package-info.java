/**
 * Who has which message already: rows of a SQLite file, without content. A retry of the peer is told apart from a new message here, so that nobody gets a message twice
 * because another recipient failed.
 */
@NullMarked
package org.postseal.gateway.road.journal;

import org.jspecify.annotations.NullMarked;
