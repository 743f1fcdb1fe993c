package org.postseal.gateway.mail;

import java.io.IOException;
import java.util.Optional;

/**
 * How many octets of messages may be under way in this process at a time, over all connections. Thread-safe.
 *
 * <p>A peer that announces a size is let in or put off before it sends anything (RFC 1870 §6.1); one that does not, or sends more, takes what it needs as it goes. Messages that come fill half of it at most, but for one
 * that is larger than that half: whoever is let in shall find room for what is made of his message (opened, signed, encrypted), which takes what it needs octet by octet before it is written. Nobody waits, so that nobody waits for another who waits for him: where there is no room the message is put off and gives back all it has. One at a time may go
 * over the limit with what is made of it, so that somebody always gets through, also with a message that is too large for the gate. What is made of that one counts for nobody else, or all others would be put off as long as it takes: the limit and the copies of one message are what can be held in all.
 */
public final class OctetGate {
    private volatile long limit;
    /** Of all messages, as they came. */
    private long coming;
    /** The same, and what was made of those that are within the limit. */
    private long within;
    /** What was made of the one that is over the limit. */
    private long beyond;

    private boolean isSomebodyBeyond;

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

    /** Octets held now, also by who is over the limit. */
    public synchronized long held() {
        return within + beyond;
    }

    /** How full it is for the next message that comes: from 1 on it is put off, of whatever size. More than 1 when one is larger than half, or the limit was lowered. */
    public synchronized double fullness() {
        return Math.max((double) coming / Math.max(1, half()), (double) within / limit);
    }

    /** Another limit; who is in stays in. */
    public void limitTo(long octets) {
        limit = octets;
    }

    /** Octets that can be held, but for what is made of one message. */
    public long limit() {
        return limit;
    }

    private long half() {
        return limit / 2;
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
        private long came;
        private long made;
        private boolean isBeyond;

        private Hold() {}

        /** What it holds of what came in. */
        public long octets() {
            return came;
        }

        /** Holds so many in all of what comes in, or more if it does already; false, and nothing changed, when there is no room. */
        public boolean reaches(long all) {
            synchronized (OctetGate.this) {
                long more = all - came;
                if (more <= 0) {
                    return true;
                }
                long most = all > half() ? limit : half();
                if (more > most - coming || more > limit - within) {
                    return false;
                }
                came = all;
                coming += more;
                within += more;
                return true;
            }
        }

        /**
         * Holds so many more, for what is made of the message.
         *
         * @throws FullException when there is no room, and another one is over the limit already
         */
        public void grow(long more) throws FullException {
            synchronized (OctetGate.this) {
                if (more > 0 && !isBeyond && more > limit - within) {
                    goBeyond();
                }
                made += more;
                if (isBeyond) {
                    beyond += more;
                } else {
                    within += more;
                }
            }
        }

        private void goBeyond() throws FullException {
            if (isSomebodyBeyond) {
                throw new FullException();
            }
            isSomebodyBeyond = true;
            isBeyond = true;
            within -= made;
            beyond = made;
        }

        /** Gives everything back. */
        @Override
        public void close() {
            synchronized (OctetGate.this) {
                coming -= came;
                within -= isBeyond ? came : came + made;
                came = 0;
                made = 0;
                if (isBeyond) {
                    isBeyond = false;
                    isSomebodyBeyond = false;
                    beyond = 0;
                }
            }
        }
    }
}
