package org.postseal.gateway.mail;

import java.io.IOException;
import java.util.Optional;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicLong;

/**
 * How many octets of messages may be under way in this process at a time, over all connections. Thread-safe.
 *
 * <p>A peer that announces a size is let in or put off before it sends anything (RFC 1870 §6.1); one that does not, or sends more, takes what it needs as it goes. Messages that come fill half of it at most, but for one
 * that is larger than that half: whoever is let in shall find room for what is made of his message (opened, signed, encrypted), which takes what it needs octet by octet before it is written. Nobody waits, so that nobody waits for another who waits for him: where there is no room the message is put off and gives back all it has. One at a time may go
 * over the limit with what is made of it, so that somebody always gets through, also with a message that is too large for the gate.
 */
public final class OctetGate {
    private volatile long limit;
    private final AtomicLong held = new AtomicLong();
    private final AtomicBoolean isSomebodyBeyond = new AtomicBoolean();

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

    /** Octets that messages can hold that come in, but for one that is larger. */
    public long half() {
        return limit / 2;
    }

    /** Octets that can be held. */
    public long limit() {
        return limit;
    }

    /** More than the gate has room for. */
    public static final class FullException extends IOException {
        private static final long serialVersionUID = 1;

        /** As the log has it. */
        public FullException() {
            super("too many octets are under way");
        }
    }

    /** What one message holds, until it is closed; by one thread at a time. */
    public final class Hold implements AutoCloseable {
        private long octets;
        private boolean isBeyond;

        private Hold() {}

        /** What it holds. */
        public long octets() {
            return octets;
        }

        /** Holds so many in all of what comes in, or more if it does already; false, and nothing changed, when there is no room. */
        public boolean reaches(long all) {
            return reaches(all, all > half() ? limit : half());
        }

        private boolean reaches(long all, long bound) {
            long more = all - octets;
            if (more <= 0) {
                return true;
            }
            long now = held.get();
            while (now <= bound - more) {
                if (held.compareAndSet(now, now + more)) {
                    octets = all;
                    return true;
                }
                now = held.get();
            }
            return false;
        }

        /**
         * Holds so many more, for what is made of the message.
         *
         * @throws FullException when there is no room, and another one is over the limit already
         */
        public void grow(long more) throws FullException {
            if (reaches(octets + more, limit)) {
                return;
            }
            if (!isBeyond && !isSomebodyBeyond.compareAndSet(false, true)) {
                throw new FullException();
            }
            isBeyond = true;
            held.addAndGet(more);
            octets += more;
        }

        /** Gives everything back. */
        @Override
        public void close() {
            held.addAndGet(-octets);
            octets = 0;
            if (isBeyond) {
                isBeyond = false;
                isSomebodyBeyond.set(false);
            }
        }
    }
}
