package org.postseal.gateway.smtp.client;

import java.time.Duration;

/**
 * Says how fast the peer must take content. Without it, a peer that takes each block just before its time limit could
 * hold a message for hours.
 *
 * @param octetsPerSecond on average from the beginning
 * @param grace the time at the beginning in which no pace is demanded
 */
record Pace(int octetsPerSecond, Duration grace) {
    boolean isTooSlow(long octets, Duration elapsed) {
        return elapsed.compareTo(grace) > 0 && octets / (double) octetsPerSecond < elapsed.toNanos() / 1e9;
    }
}
