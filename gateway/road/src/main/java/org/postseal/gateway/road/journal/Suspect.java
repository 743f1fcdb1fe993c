package org.postseal.gateway.road.journal;

import java.time.Instant;

/**
 * A message that was on its way when the process ended, or that hung.
 *
 * @param deaths how often the process has ended with it, where but for the first time it was alone, or it has hung
 * @param hangs how many of them were that it hung by itself, and the process went on
 * @param last when that was found
 */
public record Suspect(SuspectKey key, int deaths, int hangs, Instant last) {
    /** Whether it may have been somebody else whom the process ended with: then it goes alone. */
    boolean isDoubtful() {
        return deaths > hangs;
    }
}
