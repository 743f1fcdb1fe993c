package org.postseal.gateway.smime;

import org.postseal.gateway.mail.HeaderBlock;
import org.postseal.gateway.mail.RawMessage;

/** Holds what the signer made; it may be encrypted next, or sent with a permit. */
public final class SignedMessage {
    private final RawMessage message;
    private final HeaderBlock outer;
    private final byte[] contentFields;
    private final RawMessage body;

    SignedMessage(HeaderBlock outer, byte[] contentFields, RawMessage body) {
        this.message = Entities.message(outer, contentFields, body);
        this.outer = outer;
        this.contentFields = contentFields;
        this.body = body;
    }

    /** Returns the whole message, header section first. */
    public RawMessage message() {
        return message;
    }

    HeaderBlock outer() {
        return outer;
    }

    byte[] contentFields() {
        return contentFields;
    }

    RawMessage body() {
        return body;
    }

    /** Returns the signed entity, as it goes into an envelope. */
    RawMessage entity() {
        return Entities.entity(contentFields, body);
    }
}
