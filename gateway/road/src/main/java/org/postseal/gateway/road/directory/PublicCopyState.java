package org.postseal.gateway.road.directory;

import java.time.Instant;
import java.util.Optional;

/**
 * Says how the public copy of the certificates has fared.
 *
 * @param written the time of the last copy since the start; empty if none was written
 * @param isFailing true if the last attempt has failed
 */
public record PublicCopyState(Optional<Instant> written, boolean isFailing) {}
