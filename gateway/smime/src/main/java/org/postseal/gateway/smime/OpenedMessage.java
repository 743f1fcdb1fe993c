package org.postseal.gateway.smime;

import org.postseal.gateway.mail.HeaderBlock;
import org.postseal.gateway.mail.RawMessage;

/** What the opener decrypted: the outer header section with the inner entity. */
public final class OpenedMessage {
    private final RawMessage message;
    private final HeaderBlock inner;
    private final boolean isHeaderless;

    /**
     * @param inner header section of the entity inside, of which the message has the Content- fields only
     * @param isHeaderless whether nothing of it stood inside
     */
    OpenedMessage(RawMessage message, HeaderBlock inner, boolean isHeaderless) {
        this.message = message;
        this.inner = inner;
        this.isHeaderless = isHeaderless;
    }

    OpenedMessage(RawMessage message, HeaderBlock inner) {
        this(message, inner, false);
    }

    /** True for text that stood inside without a header section. */
    public boolean isHeaderless() {
        return isHeaderless;
    }

    /** The header section that stood inside; what else than Content- fields is in it may be protected ones (RFC 9788). */
    public HeaderBlock inner() {
        return inner;
    }

    /** The same content under a header section with its protected fields, or without the marks of header protection. */
    public OpenedMessage rebuilt(RawMessage anew) {
        return new OpenedMessage(anew, inner, isHeaderless);
    }

    /** The whole message, header section first. */
    public RawMessage message() {
        return message;
    }
}
