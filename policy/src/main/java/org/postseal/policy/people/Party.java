package org.postseal.policy.people;

/** The two ends of a message. */
public enum Party {
    /** The single From address; without one, the reverse path. */
    SENDER,
    RECIPIENT
}
