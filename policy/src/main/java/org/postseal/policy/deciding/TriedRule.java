package org.postseal.policy.deciding;

import java.util.List;
import java.util.Optional;
import org.postseal.policy.condition.Asked;
import org.postseal.policy.condition.Condition;
import org.postseal.policy.condition.Truth;
import org.postseal.policy.rule.Rule;

/**
 * A rule compared with facts, for explanations, which list all rules up to the one that matches.
 *
 * @param conditions its keys in order; none for {@code always}
 * @param failed why it does not match: the first condition that does not hold, {@code unless}, or why it is not for
 *     such mail; empty for a rule that matches or may match
 */
public record TriedRule(String id, List<String> conditions, Result result, Optional<String> failed) {
    public TriedRule {
        conditions = List.copyOf(conditions);
    }

    public enum Result {
        YES,
        NO,
        /** A group could not be looked up. */
        NOT_KNOWN
    }

    static TriedRule of(Rule rule, Asked asked) {
        List<String> keys = rule.conditions().stream().map(Condition::key).toList();
        return switch (rule.matches(asked)) {
            case Truth.Yes _ -> new TriedRule(rule.id(), keys, Result.YES, Optional.empty());
            case Truth.NotKnown _ -> new TriedRule(rule.id(), keys, Result.NOT_KNOWN, Optional.empty());
            case Truth.No _ -> new TriedRule(rule.id(), keys, Result.NO, Optional.of(whyNot(rule, asked)));
        };
    }

    private static String whyNot(Rule rule, Asked asked) {
        return rule.leftAlone(asked)
                .or(() -> rule.conditions().stream()
                        .filter(condition -> condition.holds(asked) instanceof Truth.No)
                        .map(condition -> condition.key() + " does not hold")
                        .findFirst())
                .orElse("unless holds");
    }
}
