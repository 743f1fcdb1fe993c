package org.postseal.gateway.mail;

import java.security.SecureRandom;
import java.time.Instant;

/**
 * Names one transaction in Received, replies, audit and log. The id is the time in base 32 and a random part, so that
 * ids sort by time and do not repeat after a restart.
 *
 * @param text letters and digits
 */
public record QueueId(String text) {
    private static final SecureRandom RANDOM = new SecureRandom();

    public static QueueId next(Instant now) {
        String random = Long.toString((RANDOM.nextLong() & 0xFFFF_FFFFFFL) | 1L << 40, 32);
        return new QueueId((Long.toString(now.toEpochMilli(), 32) + random).toUpperCase(java.util.Locale.ROOT));
    }

    @Override
    public String toString() {
        return text;
    }
}
