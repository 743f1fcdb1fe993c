package org.postseal.gateway.smime;

import org.postseal.gateway.mail.HeaderBlock;
import org.postseal.gateway.mail.RawMessage;

/** Holds what the opener decrypted: the outer header section with the inner entity. */
public final class OpenedMessage {
    private final RawMessage message;
    private final HeaderBlock inner;
    private final RawMessage plain;
    private final boolean isHeaderless;

    /**
     * @param inner header section of the entity inside; the message has only its Content- fields
     * @param plain the entity inside as it came out of the cipher
     * @param isHeaderless whether no header section stood inside
     */
    OpenedMessage(RawMessage message, HeaderBlock inner, RawMessage plain, boolean isHeaderless) {
        this.message = message;
        this.inner = inner;
        this.plain = plain;
        this.isHeaderless = isHeaderless;
    }

    /** Returns true for text that stood inside without a header section. */
    public boolean isHeaderless() {
        return isHeaderless;
    }

    /**
     * Returns the header section that stood inside. Its fields other than Content- may be protected ones (RFC 9788).
     */
    public HeaderBlock inner() {
        return inner;
    }

    /**
     * Returns the same content under a header section with its protected fields, or without the marks of header
     * protection.
     */
    public OpenedMessage rebuilt(RawMessage anew) {
        return new OpenedMessage(anew, inner, plain, isHeaderless);
    }

    /** Returns the entity inside as it came out of the cipher. */
    public RawMessage plain() {
        return plain;
    }

    /** Returns the whole message, header section first. */
    public RawMessage message() {
        return message;
    }
}
