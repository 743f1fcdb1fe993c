package org.postseal.gateway.smime;

import org.postseal.gateway.mail.RawMessage;

/** What the opener decrypted: the outer header section with the inner entity. */
public final class OpenedMessage {
    private final RawMessage message;

    OpenedMessage(RawMessage message) {
        this.message = message;
    }

    /** The whole message, header section first. */
    public RawMessage message() {
        return message;
    }
}
