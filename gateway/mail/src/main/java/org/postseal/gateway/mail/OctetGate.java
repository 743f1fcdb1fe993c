package org.postseal.gateway.mail;

import java.io.IOException;
import java.util.Optional;

/**
 * Limits how many octets of messages may be under way in this process at a time, over all connections. Thread-safe.
 *
 * <p>A peer that announces a size for which there is no room now is deferred before it sends anything (RFC 1870 §6.1).
 * An announcement alone takes no room, since it costs a peer nothing: a message takes what it needs as it comes.
 *
 * <p>Messages that come in fill at most half of the gate, so that a message that is let in finds room for the copies
 * that are made of it (opened, signed, encrypted). Only a message that is larger than this half may take more of it.
 * These copies take room octet by octet, before they are written.
 *
 * <p>Nobody waits, so that no two messages wait for each other. If there is no room, the message is deferred and gives
 * back all that it has.
 *
 * <p>One message at a time may go over the limit with its copies. So some message always gets through, even one that is
 * too large for the gate. The copies of that message do not count for the others; otherwise, the others would all be
 * deferred as long as that message takes. The most that can be held in all is therefore the limit and the copies of one
 * message.
 */
public final class OctetGate {
    private volatile long limit;
    /** Counts the octets of all messages as they came in, without the copies made of them. */
    private long coming;
    /** Counts {@link #coming} and the copies, except for the copies of the message that is over the limit. */
    private long within;
    /** Counts the copies of the one message that is over the limit. */
    private long beyond;

    private boolean isSomebodyBeyond;

    /** @param limit at least 1 */
    public OctetGate(long limit) {
        if (limit < 1) {
            throw new IllegalArgumentException("limit " + limit);
        }
        this.limit = limit;
    }

    /**
     * Lets in a message of the given size, which is 0 if nobody announced one. The result is empty if there is no room.
     */
    public Optional<Hold> enter(long octets) {
        Hold hold = new Hold();
        return hold.reaches(octets) ? Optional.of(hold) : Optional.empty();
    }

    /** Returns true if a message of this size would have room now. */
    public synchronized boolean hasRoomFor(long octets) {
        return octets <= 0 || fits(octets, octets);
    }

    private boolean fits(long all, long more) {
        long most = all > half() ? limit : half();
        return more <= most - coming && more <= limit - within;
    }

    /** Returns the octets held now, including those of the message that is over the limit. */
    public synchronized long held() {
        return within + beyond;
    }

    /**
     * Tells how full the gate is for the next message. From 1 on, a message of any size is deferred. The value is over
     * 1 if a message is larger than half of the gate, or if the limit was lowered.
     */
    public synchronized double fullness() {
        return Math.max((double) coming / Math.max(1, half()), (double) within / limit);
    }

    /** Sets another limit. Messages that have been let in keep their octets. */
    public void limitTo(long octets) {
        limit = octets;
    }

    /** Returns the limit, which the copies of one message may exceed. */
    public long limit() {
        return limit;
    }

    private long half() {
        return limit / 2;
    }

    /** The gate has no room for more octets. */
    public static final class FullException extends IOException {
        private static final long serialVersionUID = 1;

        public FullException() {
            super("too many octets are under way");
        }
    }

    /** Holds the octets of one message until it is closed. One thread at a time may use it. */
    public final class Hold implements AutoCloseable {
        private long came;
        private long made;
        private boolean isBeyond;

        private Hold() {}

        /** Returns the octets held for the message as it came in, without its copies. */
        public long octets() {
            return came;
        }

        /**
         * Raises the octets held for the message as it comes in to {@code all}. If that many are held already, it
         * returns true and changes nothing. If there is no room, it returns false and changes nothing.
         */
        public boolean reaches(long all) {
            synchronized (OctetGate.this) {
                long more = all - came;
                if (more <= 0) {
                    return true;
                }
                if (!fits(all, more)) {
                    return false;
                }
                came = all;
                coming += more;
                within += more;
                return true;
            }
        }

        /**
         * Holds {@code more} further octets for the copies of the message.
         *
         * @throws FullException if there is no room, and another message is over the limit already
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
