package org.postseal.policy;

import java.util.Map;
import java.util.Optional;

/**
 * Decides of a message whose header is not known any more, as of one in the audit log. A condition on the header is answered by what is assumed of it; where the way leads past one of which nothing is
 * assumed, there is no decision. While it runs, {@link Condition.Header} asks here instead of the facts. Used once.
 */
public final class Retrospect {
    private static final ScopedValue<Retrospect> RUNNING = ScopedValue.newInstance();

    private final Map<HeaderQuestion, Boolean> assumed;

    private Retrospect(Map<HeaderQuestion, Boolean> assumed) {
        this.assumed = assumed;
    }

    /** What came of it. */
    public sealed interface Result {
        /** The header does not matter, or enough is assumed of it. */
        record Ruled(Ruling ruling) implements Result {}

        /**
         * It may matter.
         *
         * @param rule id of the rule that asks
         */
        record Open(String rule, HeaderQuestion question) implements Result {}
    }

    /** Decides; header fields of the facts are not looked at. */
    public static Result decide(
            RuleSet policy, Facts facts, DirectoryFacts directory, Map<HeaderQuestion, Boolean> assumed) {
        try {
            return ScopedValue.where(RUNNING, new Retrospect(Map.copyOf(assumed)))
                    .call(() -> new Result.Ruled(policy.decide(facts, directory)));
        } catch (NotKnown asked) {
            return new Result.Open(ruleOf(asked.question, policy, facts), asked.question);
        }
    }

    /** What is assumed of the condition; empty when header fields are known, which is the rule. */
    static Optional<Boolean> answer(Condition.Header condition) {
        if (!RUNNING.isBound()) {
            return Optional.empty();
        }
        HeaderQuestion question = new HeaderQuestion(condition);
        Boolean known = RUNNING.get().assumed.get(question);
        if (known == null) {
            throw new NotKnown(question);
        }
        return Optional.of(known);
    }

    // The first one with this condition that nothing else keeps from matching
    private static String ruleOf(HeaderQuestion question, RuleSet policy, Facts facts) {
        Direction direction = Decider.direction(policy, facts);
        return policy.rules().stream()
                .filter(rule -> rule.conditions().stream()
                        .anyMatch(condition -> condition instanceof Condition.Header header
                                && question.equals(new HeaderQuestion(header))))
                .filter(rule -> rule.mayMatch(facts, direction))
                .map(Rule::id)
                .findFirst()
                .orElse("?");
    }

    /** Leads out of a decision that cannot be made. */
    private static final class NotKnown extends RuntimeException {
        private static final long serialVersionUID = 1;
        private final transient HeaderQuestion question;

        NotKnown(HeaderQuestion question) {
            super("a header that is not known", null, false, false);
            this.question = question;
        }
    }
}
