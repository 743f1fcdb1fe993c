package org.postseal.gateway.road.pipeline;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayDeque;
import java.util.Deque;
import java.util.LinkedHashMap;
import java.util.Map;
import org.postseal.certstore.MailAddress;

/**
 * Limits the notices to one sender to five an hour: a program that sends a thousand messages against a rule must not be
 * answered a thousand times. Knows the last 10,000 senders, and forgets them at a restart. Thread-safe.
 */
public final class NoticeLimit {
    private final Map<MailAddress, Deque<Instant>> sent = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<MailAddress, Deque<Instant>> eldest) {
            return size() > SENDERS;
        }
    };

    /** Returns true and counts the notice if one more may go to this sender now. */
    public synchronized boolean allows(MailAddress sender, Instant now) {
        Deque<Instant> times = sent.computeIfAbsent(sender, _ -> new ArrayDeque<>());
        while (!times.isEmpty() && times.getFirst().plus(SPAN).isBefore(now)) {
            times.removeFirst();
        }
        if (times.size() >= MOST) {
            return false;
        }
        times.addLast(now);
        return true;
    }

    private static final Duration SPAN = Duration.ofHours(1);
    private static final int MOST = 5;
    private static final int SENDERS = 10_000;
}
