package org.postseal.policy.deciding;

import java.util.Map;
import java.util.Optional;
import org.postseal.policy.condition.Asked;
import org.postseal.policy.condition.Truth;
import org.postseal.policy.facts.DirectoryFacts;
import org.postseal.policy.facts.Facts;
import org.postseal.policy.header.Assumptions;
import org.postseal.policy.header.OpenQuestion;
import org.postseal.policy.rule.Action;
import org.postseal.policy.rule.Rule;

/**
 * Decides about a message whose header and parts are not known any more, such as one in the audit log. Assumptions
 * answer the conditions on them. If a decision depends on a condition without an assumption, there is no decision.
 */
public final class Retrospect {
    private Retrospect() {}

    public sealed interface Result {
        /** Header and parts do not matter, or enough is assumed about them. */
        record Ruled(Ruling ruling) implements Result {}

        /**
         * The header or the parts may matter.
         *
         * @param rule id of the rule that asks
         */
        record Open(String rule, OpenQuestion question) implements Result {}
    }

    /** Decides; it looks at no header fields and no parts in the facts. */
    public static Result decide(
            RuleSet policy, Facts facts, DirectoryFacts directory, Map<OpenQuestion, Boolean> assumed) {
        Assumptions assumptions = question -> {
            Boolean known = assumed.get(question.asWritten());
            if (known == null) {
                throw new NotKnown(question.asWritten());
            }
            return Optional.of(known);
        };
        try {
            return new Result.Ruled(policy.decide(facts, directory, assumptions));
        } catch (NotKnown asked) {
            return new Result.Open(asking(policy, facts, directory, assumptions), asked.question);
        }
    }

    // The rule that asks is the first one that cannot be judged.
    private static String asking(RuleSet policy, Facts facts, DirectoryFacts directory, Assumptions assumptions) {
        Asked asked = new Asked(facts, policy.policy().internal(), directory, assumptions).ofAnyRule();
        for (Rule rule : policy.policy().rules()) {
            try {
                // A delivery may depend on the header as well.
                if (rule.matches(asked) instanceof Truth.Yes && rule.action() instanceof Action.Delivery) {
                    return rule.id();
                }
            } catch (NotKnown _) {
                return rule.id();
            }
        }
        return "?";
    }

    /** Leaves the decision when it depends on a header field about which nothing is assumed. */
    private static final class NotKnown extends RuntimeException {
        private static final long serialVersionUID = 1;
        private final transient OpenQuestion question;

        NotKnown(OpenQuestion question) {
            super("a fact that is not known", null, false, false);
            this.question = question;
        }
    }
}
