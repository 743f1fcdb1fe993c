package org.postseal.certstore.format;

/** Why a file as a whole is refused. */
public enum Refusal {
    /** It cannot be opened, or is no regular file. */
    UNREADABLE,
    /** It is in none of the formats. */
    UNKNOWN_FORMAT,
    /** It is damaged where nothing behind the damage can be read. */
    MALFORMED,
    /** It is in a format we know, but uses what we do not read. */
    UNSUPPORTED,
    /** It has more octets than are read. */
    TOO_LARGE,
    /** It has more elements than are read. */
    TOO_MANY,
    /** It asks for more derivation of keys than is done for one file. */
    TOO_EXPENSIVE,
    /** It is encrypted, and there is no password. */
    PASSWORD_NEEDED,
    /** The password does not fit. */
    WRONG_PASSWORD
}
