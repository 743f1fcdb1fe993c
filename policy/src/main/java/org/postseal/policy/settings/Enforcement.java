package org.postseal.policy.settings;

/** Whether a named algorithm is the minimum or the only one. */
public enum Enforcement {
    MINIMUM,
    EXACT
}
