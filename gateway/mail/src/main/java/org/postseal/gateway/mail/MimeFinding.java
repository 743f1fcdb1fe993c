package org.postseal.gateway.mail;

/** Names something about the structure of an entity that a reader has to know before believing in it. */
public enum MimeFinding {
    /** Other programs may read a header field differently. */
    MALFORMED_HEADER(true),
    DUPLICATE_CONTENT_TYPE(true),
    MALFORMED_CONTENT_TYPE(true),
    /** A parameter of Content-Type is given twice. */
    DUPLICATE_PARAMETER(true),
    /** The boundary is written in the form of RFC 2231. */
    EXTENDED_BOUNDARY(true),
    /** The boundary is longer than the 70 characters of RFC 2046 §5.1.1. */
    LONG_BOUNDARY(true),
    /** A multipart has no usable boundary, and is taken as one opaque body. */
    NO_BOUNDARY(true),
    /** The boundary is also that of a multipart around this one. */
    BOUNDARY_REUSED(true),
    /**
     * A line begins like a boundary line and goes on. It is a boundary by RFC 2046 §5.1.1, but not to many programs,
     * and not here.
     */
    BOUNDARY_PREFIX(true),
    NO_PARTS(true),
    MISSING_END_BOUNDARY(true),
    /** A boundary line stands after the end boundary, and is taken as epilogue. */
    PART_AFTER_END(true),
    DUPLICATE_TRANSFER_ENCODING(true),
    UNKNOWN_TRANSFER_ENCODING(true),
    /** A multipart, message/rfc822 or message/global is itself in base64 or quoted-printable. */
    ENCODED_CONTAINER(true),
    /** The part of the body that was walked holds a bare LF. */
    BARE_LINE_FEED(true),
    /** Text stands before the first boundary, which is common. */
    PREAMBLE(false),
    /** Text stands after the end boundary, which is common. */
    EPILOGUE(false);

    private final boolean ambiguous;

    MimeFinding(boolean ambiguous) {
        this.ambiguous = ambiguous;
    }

    /** Returns true if programs disagree about what the entity then is, so that nothing may be claimed about it. */
    public boolean isAmbiguous() {
        return ambiguous;
    }
}
