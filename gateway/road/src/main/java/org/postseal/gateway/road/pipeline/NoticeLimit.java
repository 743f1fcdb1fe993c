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
 * answered a thousand times. Knows the last 10,000 senders, and forgets them at a restart. The nodes of a fleet count
 * together as long as they can. Thread-safe.
 */
public final class NoticeLimit {
    private final Map<MailAddress, Deque<Instant>> sent = new LinkedHashMap<>(16, 0.75f, true) {
        private static final long serialVersionUID = 1;

        @Override
        protected boolean removeEldestEntry(Map.Entry<MailAddress, Deque<Instant>> eldest) {
            return size() > SENDERS;
        }
    };

    private volatile Shared shared = (_, _, _) -> true;

    /** Counts the notices of all nodes of a fleet. */
    @FunctionalInterface
    public interface Shared {
        /**
         * Returns true and counts the notice if one more may go to this sender now. Returns true also if that is not
         * known.
         *
         * @param most how many may go within {@code span}
         */
        boolean allows(MailAddress sender, int most, Duration span);
    }

    /** Lets others count as well from now on. */
    public void sharedBy(Shared fleet) {
        shared = fleet;
    }

    /** Returns true and counts the notice if one more may go to this sender now. */
    public boolean allows(MailAddress sender, Instant now) {
        if (!counts(sender, now)) {
            return false;
        }
        boolean isAllowed = shared.allows(sender, MOST, SPAN);
        if (!isAllowed) {
            forget(sender, now);
        }
        return isAllowed;
    }

    private synchronized void forget(MailAddress sender, Instant now) {
        Deque<Instant> times = sent.get(sender);
        if (times != null) {
            boolean _ = times.removeLastOccurrence(now);
        }
    }

    private synchronized boolean counts(MailAddress sender, Instant now) {
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
