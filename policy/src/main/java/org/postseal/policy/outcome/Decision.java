package org.postseal.policy.outcome;

import java.util.List;
import java.util.Optional;
import org.postseal.certstore.MailAddress;
import org.postseal.policy.protection.HeaderSettings;
import org.postseal.policy.protection.Protection;

/** The closed list of outcomes for one recipient. No outcome discards a message silently. */
public sealed interface Decision {
    /**
     * Delivers the message.
     *
     * @param incoming what to do with the protection that the message came with
     * @param protection what to add
     * @param changes what else to do to the copy
     */
    record Deliver(Incoming incoming, Protection protection, Changes changes) implements Decision {
        public Deliver(Incoming incoming, Protection protection) {
            this(incoming, protection, Changes.NONE);
        }
    }

    /** Delivers the message as received to a quarantine mailbox instead. */
    record Redirect(MailAddress quarantine, Reason reason) implements Decision {}

    /**
     * Answers the message in the recipient's name, and delivers it to nobody. No rule decides this, only
     * {@link org.postseal.policy.deciding.RuleSet#answered}.
     *
     * @param to who gets the answer
     */
    record Answer(MailAddress to) implements Decision {}

    /**
     * Refuses the message for good, 5xx.
     *
     * @param text replaces the reason's own text
     * @param forAll whether nobody else gets the message either
     */
    record Reject(Reason reason, Optional<RefusalText> text, boolean forAll) implements Decision {
        public Reject(Reason reason) {
            this(reason, Optional.empty(), false);
        }
    }

    /**
     * Asks the peer to try again later, 4xx.
     *
     * @param text replaces the reason's own text
     */
    record Defer(Reason reason, Optional<RefusalText> text) implements Decision {
        public Defer(Reason reason) {
            this(reason, Optional.empty());
        }
    }

    /**
     * Changes of a copy besides its protection.
     *
     * @param strip whether a valid signature is taken off at the root, or at the root of the opened content
     * @param header in this order
     * @param protectedHeader how header fields go into the signed or encrypted content
     */
    record Changes(boolean strip, List<HeaderChange> header, HeaderSettings protectedHeader) {
        public static final Changes NONE = new Changes(false, List.of());

        public Changes(boolean strip, List<HeaderChange> header) {
            this(strip, header, HeaderSettings.DEFAULT);
        }

        public Changes {
            header = List.copyOf(header);
        }
    }

    /** The handling of the S/MIME protection that a message came with. */
    enum Incoming {
        /** It stays as it came; nobody looks into it or annotates it. */
        AS_RECEIVED,
        /**
         * A signature at the root is checked and reported in Authentication-Results; the content stays byte for byte.
         */
        VERIFY,
        /** As VERIFY, and a ciphertext at the root is opened for a recipient who has the right to read it. */
        OPEN,
        /**
         * As OPEN, but what was opened must not be shown: the ciphertext leaves in the form of opened mail, so that
         * nobody outside can tell that it was opened.
         */
        KEEP_CLOSED
    }
}
