package org.postseal.policy;

/** The two ends of a message. */
enum Party {
    /** The single From address; without one, the reverse path. */
    SENDER,
    RECIPIENT
}
