package org.postseal.policy;

import org.postseal.certstore.MailAddress;

/** The closed list of outcomes for one recipient. There is no silent discard. */
public sealed interface Decision {
    /**
     * Deliver.
     *
     * @param incoming what to do with protection the message came with
     * @param protection what to add
     */
    record Deliver(Incoming incoming, Protection protection) implements Decision {}

    /** Deliver as received to a quarantine mailbox instead. */
    record Redirect(MailAddress quarantine, Reason reason) implements Decision {}

    /** Refuse for good, 5xx. */
    record Reject(Reason reason) implements Decision {}

    /** Ask to try again, 4xx. */
    record Defer(Reason reason) implements Decision {}

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
