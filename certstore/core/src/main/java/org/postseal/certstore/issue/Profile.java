package org.postseal.certstore.issue;

/** Says what an issued certificate may be used for. */
public enum Profile {
    /** The certificate may sign and be encrypted to. */
    DUAL,
    /** The certificate may sign. */
    SIGN,
    /** The certificate may be encrypted to. */
    ENCRYPT
}
