package org.postseal.policy.outcome;

import java.util.List;
import java.util.Optional;
import org.postseal.certstore.MailAddress;
import org.postseal.policy.protection.HeaderSettings;
import org.postseal.policy.protection.Protection;

/** The closed list of outcomes for one recipient. There is no silent discard. */
public sealed interface Decision {
    /**
     * Deliver.
     *
     * @param incoming what to do with protection the message came with
     * @param protection what to add
     * @param changes what else is done to the copy
     */
    record Deliver(Incoming incoming, Protection protection, Changes changes) implements Decision {
        public Deliver(Incoming incoming, Protection protection) {
            this(incoming, protection, Changes.NONE);
        }
    }

    /** Deliver as received to a quarantine mailbox instead. */
    record Redirect(MailAddress quarantine, Reason reason) implements Decision {}

    /**
     * Refuse for good, 5xx.
     *
     * @param text said instead of the reason's own; ASCII, one line
     * @param forAll nobody else gets the message either
     */
    record Reject(Reason reason, Optional<String> text, boolean forAll) implements Decision {
        public Reject(Reason reason) {
            this(reason, Optional.empty(), false);
        }
    }

    /**
     * Ask to try again, 4xx.
     *
     * @param text said instead of the reason's own; ASCII, one line
     */
    record Defer(Reason reason, Optional<String> text) implements Decision {
        public Defer(Reason reason) {
            this(reason, Optional.empty());
        }
    }

    /**
     * What is done to a copy besides its protection.
     *
     * @param strip a valid signature at the root, of the opened content where there is one, is taken off
     * @param header in this order
     * @param protectedHeader how header fields go into what is signed or encrypted
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

    /** What happens to the S/MIME protection a message came with. */
    enum Incoming {
        /** It stays as it came, neither looked into nor annotated. */
        AS_RECEIVED,
        /** A root-level signature is checked and reported in Authentication-Results; content stays byte for byte. */
        VERIFY,
        /** As VERIFY, and a root-level ciphertext is opened for a recipient who has the right to. */
        OPEN
    }
}
