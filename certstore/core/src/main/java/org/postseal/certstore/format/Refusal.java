package org.postseal.certstore.format;

/** Says why a file as a whole is refused. */
public enum Refusal {
    /** It cannot be opened, or is no regular file. */
    UNREADABLE,
    /** It is in none of the formats. */
    UNKNOWN_FORMAT,
    /** It is damaged, and nothing behind the damage can be read. */
    MALFORMED,
    /** It has a known format, but uses something that is not supported. */
    UNSUPPORTED,
    /** It has more octets than allowed. */
    TOO_LARGE,
    /** It has more elements than allowed. */
    TOO_MANY,
    /** It asks for more key derivation work than allowed for one file. */
    TOO_EXPENSIVE,
    /** It is encrypted, and there is no password. */
    PASSWORD_NEEDED,
    /** The password does not fit. */
    WRONG_PASSWORD
}
