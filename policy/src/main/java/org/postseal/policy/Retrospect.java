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
        return ScopedValue.where(RUNNING, new Retrospect(Map.copyOf(assumed))).call(() -> {
            try {
                return new Result.Ruled(policy.decide(facts, directory));
            } catch (NotKnown asked) {
                return new Result.Open(asking(policy, facts, directory), asked.question);
            }
        });
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

    // The first one that cannot be judged
    private static String asking(RuleSet policy, Facts facts, DirectoryFacts directory) {
        Asked asked = new Asked(facts, Decider.direction(policy, facts), directory);
        for (Rule rule : policy.rules()) {
            try {
                rule.matches(asked);
            } catch (NotKnown _) {
                return rule.id();
            }
        }
        return "?";
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
