package org.postseal.gateway.road.fleet;

import org.postseal.gateway.road.journal.JournalEntry;
import org.postseal.gateway.road.journal.JournalState;

/** What is to be written about one row. */
record Change(Kind kind, JournalEntry row) {
    /** The kinds, in the order in which a transaction writes them. */
    enum Kind {
        /** The row, which an earlier attempt has left, is about to be sent again. */
        PREPARE,
        /** The outcome is known, or will never be, and the row is given back. */
        OUTCOME,
        /** The row is of no use: nothing was sent, or it was refused. */
        REMOVE,
        /** The row, which an earlier attempt has left, is given back as it was. */
        GIVE_BACK,
        /** A later attempt has suppressed the row. */
        SUPPRESS,
        /** The peer has our 2xx. */
        TELL,
        /** The peer has our 2xx, and the row is of no use without an IDENT. */
        TELL_AND_REMOVE;

        /** Returns true if the row may be one that this node does not hold. */
        boolean isOfAnyNode() {
            return compareTo(SUPPRESS) >= 0;
        }
    }

    /** Returns true if this says that a next hop has the message. */
    boolean isAcceptance() {
        return kind == Kind.OUTCOME && row.state() == JournalState.ACCEPTED;
    }

    /** Returns the change for a peer that is known to have our 2xx. */
    static Change told(JournalEntry row) {
        // A row that was sent again in doubt stays for people.
        boolean isOfNoUse = row.upstreamId().isEmpty() && row.doubts() == 0;
        return new Change(isOfNoUse ? Kind.TELL_AND_REMOVE : Kind.TELL, row);
    }
}
