package org.postseal.gateway.assembly;

import org.postseal.policy.RuleSet;

/**
 * A policy file as it was read once, and what came of it.
 *
 * @param file its content then
 * @param checked the policy in it, and its problems
 */
public record PolicyReading(PolicyFile file, Checked<RuleSet> checked) {
    /** Reads and compiles with the parts of this assembly. */
    static PolicyReading of(Assembly assembly, PolicyFile file) {
        return new PolicyReading(file, assembly.policy(file));
    }
}
