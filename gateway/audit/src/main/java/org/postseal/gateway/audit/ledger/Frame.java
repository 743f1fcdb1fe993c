package org.postseal.gateway.audit.ledger;

import java.util.Optional;

/**
 * One entry of the ledger.
 *
 * @param sequence its number in the order of the notes; a copy of a frame has the number of the first one
 * @param place where it stands, for {@link Ledger#frame}
 */
public record Frame(Kind kind, long sequence, byte[] body, long place) {
    /** Says what a frame holds. Its octet in the file is never used for anything else. */
    public enum Kind {
        /** Lines of the audit log, with their links. */
        LINES(1),
        /** The sequences of lines that were never answered for, and count no more. */
        VOID(2),
        /** A gateway has started: the time in milliseconds. */
        START(3),
        /** A row of the journal. */
        ROW(4),
        /** A message is on its way, and others have ended. */
        TURN(5),
        /** All that is known of suspects and of messages on their way. */
        SUSPECTS(6),
        /** What the database of a fleet has confirmed to this node. */
        FLEET(7);

        private static final Kind[] ALL = values();
        private final byte octet;

        Kind(int octet) {
            this.octet = (byte) octet;
        }

        byte octet() {
            return octet;
        }

        static Optional<Kind> of(byte octet) {
            for (Kind kind : ALL) {
                if (kind.octet == octet) {
                    return Optional.of(kind);
                }
            }
            return Optional.empty();
        }
    }

    /** Returns the number of the segment in which the frame stands. */
    public int segment() {
        return segmentOf(place);
    }

    static long place(int segment, int offset) {
        return (long) segment << 32 | offset;
    }

    static int segmentOf(long place) {
        return (int) (place >>> 32);
    }

    static int offsetOf(long place) {
        return (int) place;
    }
}
