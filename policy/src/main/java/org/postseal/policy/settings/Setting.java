package org.postseal.policy.settings;

/**
 * One setting as it counted for a decision.
 *
 * @param name of the parameter, as the policy writes it
 * @param value as the policy writes it
 * @param level that gave it: {@code built-in}, {@code smime}, or {@code organisation}, {@code domain}, {@code group},
 *     {@code user}, {@code partner} or {@code rule} with the name of the mailbox policy, partner or rule
 */
public record Setting(String name, String value, String level) {
    /** True if nobody has set it. */
    public boolean isBuiltIn() {
        return level.equals(Level.BUILT_IN.toString());
    }

    @Override
    public String toString() {
        return name + ": " + value + " (" + level + ")";
    }
}
