package org.postseal.gateway.road.directory;

import java.time.Instant;
import java.util.Optional;

/**
 * How the public copy of the certificates fares.
 *
 * @param written what the copy was made at that was written last, since the start; empty when none was
 * @param isFailing whether the last attempt has failed
 */
public record PublicCopyState(Optional<Instant> written, boolean isFailing) {}
