package org.postseal.policy;

import java.util.List;
import java.util.Optional;

/**
 * A rule held against facts, for explanations: all rules up to the one that matches.
 *
 * @param conditions the keys it is written with, in order; none for {@code always}
 * @param failed the first of its conditions that does not hold; empty for the rule that matches
 */
public record TriedRule(String id, List<String> conditions, Optional<String> failed) {
    public TriedRule {
        conditions = List.copyOf(conditions);
    }

    static TriedRule of(Rule rule, Facts facts, Direction direction) {
        List<String> keys = rule.conditions().stream().map(Condition::key).toList();
        Optional<String> failed = rule.conditions().stream()
                .filter(condition -> !condition.holds(facts, direction))
                .map(Condition::key)
                .findFirst();
        // a rule that does not name the kind does not match automatic mail
        return new TriedRule(
                rule.id(),
                keys,
                rule.matches(facts, direction) ? Optional.empty() : failed.or(() -> Optional.of("kind")));
    }
}
