package org.postseal.gateway.smime;

import org.postseal.gateway.mail.HeaderBlock;
import org.postseal.gateway.mail.RawMessage;

/** Holds what the opener decrypted: the outer header section with the inner entity. */
public final class OpenedMessage {
    private final RawMessage message;
    private final HeaderBlock inner;
    private final RawMessage plain;
    private final Start start;

    /** Says how the entity inside begins. */
    enum Start {
        /** It begins with a header section that is as the sender wrote it, or as a tag proves. */
        HEADER,
        /** It begins with MIME-Version, before a Content-Type. */
        VERSION,
        /** It begins with a header section that may be what is left of a longer text. */
        MAY_BE_CUT,
        NO_HEADER
    }

    /**
     * @param inner header section of the entity inside; the message has only its Content- fields
     * @param plain the entity inside as it came out of the cipher
     */
    OpenedMessage(RawMessage message, HeaderBlock inner, RawMessage plain, Start start) {
        this.message = message;
        this.inner = inner;
        this.plain = plain;
        this.start = start;
    }

    /** Returns true for text that stood inside without a header section. */
    public boolean isHeaderless() {
        return start == Start.NO_HEADER;
    }

    /** Returns true if the header section may be what is left of a longer text, which somebody has cut. */
    public boolean mayBeCut() {
        return start == Start.MAY_BE_CUT || start == Start.VERSION;
    }

    /**
     * Returns true if the header section of signed content may be what is left of a longer text. {@code openssl cms}
     * writes MIME-Version first, and hardly any text goes on behind 16 octets of it with a signature.
     */
    public boolean mayBeCutBeforeSignature() {
        return start == Start.MAY_BE_CUT;
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
        return new OpenedMessage(anew, inner, plain, start);
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
