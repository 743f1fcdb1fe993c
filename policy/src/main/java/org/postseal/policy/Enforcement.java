package org.postseal.policy;

/** Whether a named algorithm is the least that will do or the only one. */
enum Enforcement {
    MINIMUM,
    EXACT
}
