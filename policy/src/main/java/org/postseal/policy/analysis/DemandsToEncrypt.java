package org.postseal.policy.analysis;

import java.util.List;

/**
 * Tells the admin in sentences which mail a policy demands to be encrypted, and which mail each demand lets through all
 * the same. Immutable.
 *
 * @param demands first those of levels, then those of rules in their order
 * @param changes differences from earlier versions, in which a rule's demand bound ordinary mail only
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
     * @param sentences tell whom it binds and what it lets through
     */
    public record Demand(String name, List<String> sentences) {
        public Demand {
            sentences = List.copyOf(sentences);
        }
    }
}
