package org.postseal.certstore.issue;

/** What an issued certificate may be used for. */
public enum Profile {
    /** Sign and be encrypted to. */
    DUAL,
    /** Sign. */
    SIGN,
    /** Be encrypted to. */
    ENCRYPT
}
