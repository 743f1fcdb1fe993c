package org.postseal.policy.settings;

/** Whether a named algorithm is the least that will do or the only one. */
public enum Enforcement {
    MINIMUM,
    EXACT
}
