package org.postseal.policy.analysis;

import java.util.List;

/**
 * What a policy demands to be encrypted and what it lets through all the same, in sentences for the admin. Immutable.
 *
 * @param demands first those of levels, then those of rules in their order
 * @param changes what is decided otherwise than by the versions in which the demand of a rule bound ordinary mail only
 */
public record DemandsToEncrypt(List<Demand> demands, List<String> changes) {
    public DemandsToEncrypt {
        demands = List.copyOf(demands);
        changes = List.copyOf(changes);
    }

    /**
     * One demand.
     *
     * @param name of the rule or mailbox policy
     * @param sentences whom it binds, and what it lets through
     */
    public record Demand(String name, List<String> sentences) {
        public Demand {
            sentences = List.copyOf(sentences);
        }
    }
}
