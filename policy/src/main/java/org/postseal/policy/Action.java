package org.postseal.policy;

import java.util.Optional;
import org.postseal.certstore.MailAddress;

/** A rule's {@code then}. Immutable. */
sealed interface Action {
    /** Leave it to the sender's mailbox policy, or open and verify what comes in. */
    record ByMailboxPolicy() implements Action {}

    record Reject() implements Action {}

    record Defer() implements Action {}

    record Redirect(MailAddress quarantine) implements Action {}

    /**
     * What the rule asks over the mailbox policy; each only where it says so.
     *
     * @param decrypt false for {@code never}
     * @param verify false for {@code never}
     */
    record Protect(
            Optional<Demand> sign,
            Optional<Demand> encrypt,
            Optional<Boolean> decrypt,
            Optional<Boolean> verify,
            OnFailure onMissingCertificate,
            OnFailure onLookupFailure,
            Optional<OnFailure> onInvalidSignature,
            Settings.Algorithms algorithms)
            implements Action {
        /** Nothing is asked over the mailbox policy. */
        static final Protect NOTHING = new Protect(
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                Optional.empty(),
                new OnFailure.Refuse(),
                new OnFailure.TryLater(),
                Optional.empty(),
                Settings.Algorithms.NONE);
    }

    /** How much a rule wants a signature or encryption. */
    enum Demand {
        REQUIRED,
        IF_POSSIBLE,
        NEVER
    }

    /** What to do with a message that fails a demand. A clear copy is not among the outcomes. */
    sealed interface OnFailure {
        record Refuse() implements OnFailure {}

        record TryLater() implements OnFailure {}

        record SendTo(MailAddress quarantine) implements OnFailure {}

        /** Only for an invalid signature, and for a look-up that failed where encryption is optional. */
        record DeliverAnyway() implements OnFailure {}
    }
}
