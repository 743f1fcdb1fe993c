package org.postseal.policy.deciding;

import java.util.Map;
import java.util.Optional;
import org.postseal.policy.condition.Asked;
import org.postseal.policy.condition.Truth;
import org.postseal.policy.facts.Direction;
import org.postseal.policy.facts.DirectoryFacts;
import org.postseal.policy.facts.Facts;
import org.postseal.policy.header.HeaderKnowledge;
import org.postseal.policy.header.HeaderQuestion;
import org.postseal.policy.rule.Action;
import org.postseal.policy.rule.Rule;

/**
 * Decides about a message whose header is not known any more, such as one in the audit log. Assumptions answer the
 * conditions on the header. If a decision depends on a condition without an assumption, there is no decision.
 */
public final class Retrospect {
    private Retrospect() {}

    /** The result of deciding. */
    public sealed interface Result {
        /** The header does not matter, or enough is assumed about it. */
        record Ruled(Ruling ruling) implements Result {}

        /**
         * The header may matter.
         *
         * @param rule id of the rule that asks
         */
        record Open(String rule, HeaderQuestion question) implements Result {}
    }

    /** Decides; it does not look at header fields in the facts. */
    public static Result decide(
            RuleSet policy, Facts facts, DirectoryFacts directory, Map<HeaderQuestion, Boolean> assumed) {
        HeaderKnowledge headers = question -> {
            Boolean known = assumed.get(question);
            if (known == null) {
                throw new NotKnown(question);
            }
            return Optional.of(known);
        };
        try {
            return new Result.Ruled(policy.decide(facts, directory, headers));
        } catch (NotKnown asked) {
            return new Result.Open(asking(policy, facts, directory, headers), asked.question);
        }
    }

    // The rule that asks is the first one that cannot be judged.
    private static String asking(RuleSet policy, Facts facts, DirectoryFacts directory, HeaderKnowledge headers) {
        Asked asked = new Asked(facts, Direction.of(policy.policy().internal(), facts), directory, headers).ofAnyRule();
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
        private final transient HeaderQuestion question;

        NotKnown(HeaderQuestion question) {
            super("a header that is not known", null, false, false);
            this.question = question;
        }
    }
}
