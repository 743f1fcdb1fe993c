package org.postseal.gateway.mail.held;

import java.util.Optional;
import org.postseal.gateway.mail.RawMessage;

/** The result of opening a held copy. */
public sealed interface HeldOpening {
    /**
     * The copy is as a gateway with this key made it, and its time is not over.
     *
     * @param sealed the field of the copy as it is, with the original below it
     * @param original the octets of the message that is held
     */
    record Opened(HeldCopy copy, RawMessage sealed, RawMessage original) implements HeldOpening {}

    /**
     * The copy must not be released.
     *
     * @param copy what the copy says, if a gateway with this key wrote that
     */
    record Refused(Why why, Optional<HeldCopy> copy) implements HeldOpening {}

    /** Says why a copy must not be released. */
    enum Why {
        NOT_HELD("is no held mail: it has no field " + HeldSeal.NAME),
        OF_ANOTHER_GATEWAY("was held by a gateway with another key, or of a later version"),
        ALTERED("was altered since it was held"),
        EXPIRED("has expired");

        private final String words;

        Why(String words) {
            this.words = words;
        }

        /** Returns what completes the sentence "The message …". */
        public String words() {
            return words;
        }
    }
}
