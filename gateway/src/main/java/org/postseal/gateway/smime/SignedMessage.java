package org.postseal.gateway.smime;

import org.postseal.gateway.mail.RawMessage;

/** What the signer made; may be encrypted next, or sent with a permit. */
public final class SignedMessage {
    private final RawMessage message;

    SignedMessage(RawMessage message) {
        this.message = message;
    }

    /** The whole message, header section first. */
    public RawMessage message() {
        return message;
    }
}
