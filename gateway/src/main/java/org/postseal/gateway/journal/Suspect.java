package org.postseal.gateway.journal;

import java.time.Instant;

/**
 * A message that was on its way when the process ended.
 *
 * @param deaths how often the process has ended with it; but for the first time it was alone then
 * @param last when that was found
 */
public record Suspect(SuspectKey key, int deaths, Instant last) {}
