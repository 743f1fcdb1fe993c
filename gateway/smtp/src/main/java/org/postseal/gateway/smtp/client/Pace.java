package org.postseal.gateway.smtp.client;

import java.time.Duration;

/**
 * Says how fast content must be taken. Otherwise, a peer that takes a block just before its time limit, again and
 * again, would hold a message for hours.
 *
 * @param octetsPerSecond on average from the beginning
 * @param grace the time before which nothing is asked
 */
record Pace(int octetsPerSecond, Duration grace) {
    boolean isTooSlow(long octets, Duration elapsed) {
        return elapsed.compareTo(grace) > 0 && octets / (double) octetsPerSecond < elapsed.toNanos() / 1e9;
    }
}
