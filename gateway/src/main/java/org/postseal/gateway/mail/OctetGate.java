package org.postseal.gateway.mail;

import java.util.Optional;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How many octets of messages may be under way in this process at a time, over all connections. Thread-safe.
 *
 * <p>A peer that announces a size is let in or put off before it sends anything (RFC 1870 §6.1); one that does not, or sends more, takes what it needs as it goes.
 */
public final class OctetGate {
    private volatile long limit;
    private final AtomicLong held = new AtomicLong();

    /** @param limit at least 1 */
    public OctetGate(long limit) {
        if (limit < 1) {
            throw new IllegalArgumentException("limit " + limit);
        }
        this.limit = limit;
    }

    /** Lets in a message that is to have so many octets, 0 when nobody said; empty when there is no room. */
    public Optional<Hold> enter(long octets) {
        Hold hold = new Hold();
        return hold.reaches(octets) ? Optional.of(hold) : Optional.empty();
    }

    /** Octets held now. */
    public long held() {
        return held.get();
    }

    /** Another limit; who is in stays in. */
    public void limitTo(long octets) {
        limit = octets;
    }

    /** Octets that can be held. */
    public long limit() {
        return limit;
    }

    /** What one message holds, until it is closed; by one thread at a time. */
    public final class Hold implements AutoCloseable {
        private long octets;

        private Hold() {}

        /** What it holds. */
        public long octets() {
            return octets;
        }

        /** Holds so many in all, or more if it does already; false, and nothing changed, when there is no room. */
        public boolean reaches(long all) {
            long more = all - octets;
            if (more <= 0) {
                return true;
            }
            long now = held.get();
            while (now <= limit - more) {
                if (held.compareAndSet(now, now + more)) {
                    octets = all;
                    return true;
                }
                now = held.get();
            }
            return false;
        }

        /** Gives everything back. */
        @Override
        public void close() {
            held.addAndGet(-octets);
            octets = 0;
        }
    }
}
