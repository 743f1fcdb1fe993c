package org.postseal.certstore.database;

import java.time.Duration;
import java.util.Map;
import java.util.concurrent.ConcurrentHashMap;

/**
 * The newest primary at each address with several hosts that this process has heard of. A server that was the primary
 * before it may go on without knowing, and still answers whoever only reads. PostgreSQL counts each promotion: the
 * number is that of the server's timeline.
 */
final class NewestPrimary {
    private static final Map<String, Seen> NEWEST = new ConcurrentHashMap<>();

    private NewestPrimary() {}

    private record Seen(int timeline, long at) {}

    /**
     * Returns whether a primary with this timeline, which has just been heard of, is the newest. It is as well if a
     * newer one has been silent for a while, since the timeline of a backup may be older.
     */
    static boolean is(String address, int timeline) {
        Seen heard = new Seen(timeline, System.nanoTime());
        return heard.timeline == NEWEST.merge(address, heard, NewestPrimary::newer).timeline;
    }

    private static Seen newer(Seen seen, Seen heard) {
        return heard.timeline < seen.timeline && heard.at - seen.at < SILENCE.toNanos() ? seen : heard;
    }

    private static final Duration SILENCE = Duration.ofSeconds(30);
}
