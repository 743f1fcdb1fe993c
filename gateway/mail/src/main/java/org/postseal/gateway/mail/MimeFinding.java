package org.postseal.gateway.mail;

/** Something about the structure of an entity that a reader has to know before believing in it. */
public enum MimeFinding {
    /** A field that other programs may read differently. */
    MALFORMED_HEADER(true),
    DUPLICATE_CONTENT_TYPE(true),
    MALFORMED_CONTENT_TYPE(true),
    /** A parameter of Content-Type given twice. */
    DUPLICATE_PARAMETER(true),
    /** The boundary is written as RFC 2231 has it. */
    EXTENDED_BOUNDARY(true),
    /** Over the 70 characters of RFC 2046 §5.1.1. */
    LONG_BOUNDARY(true),
    /** A multipart without a usable boundary: taken as one opaque body. */
    NO_BOUNDARY(true),
    /** The boundary is also that of a multipart around this one. */
    BOUNDARY_REUSED(true),
    /** A line begins like a boundary line and goes on: by RFC 2046 §5.1.1 a boundary, to many programs not. Taken as none. */
    BOUNDARY_PREFIX(true),
    NO_PARTS(true),
    MISSING_END_BOUNDARY(true),
    /** A boundary line behind the end boundary: taken as epilogue. */
    PART_AFTER_END(true),
    DUPLICATE_TRANSFER_ENCODING(true),
    UNKNOWN_TRANSFER_ENCODING(true),
    /** A multipart, message/rfc822 or message/global that is itself in base64 or quoted-printable. */
    ENCODED_CONTAINER(true),
    /** A bare LF in the part of the body that was walked. */
    BARE_LINE_FEED(true),
    /** Text before the first boundary; common. */
    PREAMBLE(false),
    /** Text behind the end boundary; common. */
    EPILOGUE(false);

    private final boolean ambiguous;

    MimeFinding(boolean ambiguous) {
        this.ambiguous = ambiguous;
    }

    /** True when programs disagree about what the entity then is, so that nothing may be claimed about it. */
    public boolean isAmbiguous() {
        return ambiguous;
    }
}
