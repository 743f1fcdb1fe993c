package org.postseal.policy.cases;

import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.postseal.policy.deciding.Retrospect;
import org.postseal.policy.deciding.RuleSet;
import org.postseal.policy.facts.Facts;
import org.postseal.policy.header.HeaderQuestion;
import org.postseal.policy.record.LoggedDirectory;

/**
 * Tells whether two policies treat mail alike. It does not matter which rule matches and how it is found. Immutable.
 */
public final class Comparison {
    private final RuleSet before;
    private final RuleSet after;

    public Comparison(RuleSet before, RuleSet after) {
        this.before = before;
        this.after = after;
    }

    /** The result for one recipient. */
    public sealed interface Result {
        record Same() implements Result {}

        record Different(Outcome before, Outcome after) implements Result {}

        /** The known facts do not suffice to tell. */
        record NotTold(String why) implements Result {}
    }

    /** The part of an audit record that a comparison needs, for one message and one recipient. */
    public record Logged(Facts facts, List<String> directory, String policySha256, String rule) {
        public Logged {
            directory = List.copyOf(directory);
        }
    }

    /** Compares two outcomes of a message whose facts are all known. */
    public static Result of(Outcome before, Outcome after) {
        return before.isTreatedLike(after) ? new Result.Same() : new Result.Different(before, after);
    }

    /**
     * Compares the policies for a message whose header is not known. It tries every answer that the conditions on the
     * header can have, except those under which the policy of the record would not come to the rule of the record. It
     * returns a result only if all the answers lead to the same one.
     */
    public Result of(Logged logged) {
        Exploration exploration = new Exploration(logged);
        exploration.explore(Map.of());
        return exploration.result();
    }

    /** Decides about one record under all answers. */
    private final class Exploration {
        private final Logged logged;
        private final Set<String> openRules = new LinkedHashSet<>();
        private final List<Result> results = new ArrayList<>();
        private int steps;

        Exploration(Logged logged) {
            this.logged = logged;
        }

        void explore(Map<HeaderQuestion, Boolean> assumed) {
            if (++steps > MOST) {
                return;
            }
            Optional<Decided> first = decide(before, assumed).filter(decided -> fits(before, decided));
            Optional<Decided> second =
                    first.flatMap(_ -> decide(after, assumed)).filter(decided -> fits(after, decided));
            second.ifPresent(decided -> results.add(compare(first.orElseThrow(), decided)));
        }

        // Returns empty when a question was open: the exploration then went on with either answer.
        private Optional<Decided> decide(RuleSet policy, Map<HeaderQuestion, Boolean> assumed) {
            LoggedDirectory directory = new LoggedDirectory(logged.directory());
            return switch (Retrospect.decide(policy, logged.facts(), directory, assumed)) {
                case Retrospect.Result.Ruled(var ruling) ->
                    Optional.of(new Decided(Outcome.of(ruling), directory.unknown()));
                case Retrospect.Result.Open(String rule, HeaderQuestion question) -> {
                    // The record says which rule of its own policy matched.
                    if (!policy.sha256().equals(logged.policySha256())) {
                        openRules.add("rule " + rule + " looks at header " + String.join(", ", question.fields()));
                    }
                    for (boolean answer : new boolean[] {true, false}) {
                        Map<HeaderQuestion, Boolean> more = new HashMap<>(assumed);
                        more.put(question, answer);
                        explore(more);
                    }
                    yield Optional.empty();
                }
            };
        }

        private boolean fits(RuleSet policy, Decided decided) {
            return !policy.sha256().equals(logged.policySha256())
                    || decided.rule().equals(logged.rule());
        }

        private Result compare(Decided first, Decided second) {
            return first.notTold()
                    .or(second::notTold)
                    .<Result>map(Result.NotTold::new)
                    .orElseGet(() -> of(first.outcome(), second.outcome()));
        }

        Result result() {
            if (steps > MOST) {
                return new Result.NotTold("too many conditions look at the header");
            }
            if (results.isEmpty()) {
                return new Result.NotTold("the record names rule " + logged.rule() + ", which does not fit its facts");
            }
            Result any = results.getFirst();
            boolean isCertain = results.stream().allMatch(each -> isLike(any, each));
            return isCertain ? any : new Result.NotTold(reason());
        }

        private String reason() {
            Optional<String> always = results.stream().allMatch(Result.NotTold.class::isInstance)
                    ? Optional.of(((Result.NotTold) results.getFirst()).why())
                    : Optional.empty();
            return always.orElseGet(() -> openRules.stream().limit(MOST_NAMED).collect(Collectors.joining("; ")));
        }
    }

    private static boolean isLike(Result one, Result other) {
        return switch (one) {
            case Result.Same _ -> other instanceof Result.Same;
            case Result.Different(Outcome before, Outcome after) ->
                other instanceof Result.Different(Outcome otherBefore, Outcome otherAfter)
                        && before.isTreatedLike(otherBefore)
                        && after.isTreatedLike(otherAfter);
            case Result.NotTold _ -> one.equals(other);
        };
    }

    /**
     * An outcome.
     *
     * @param unknown the question about certificates, keys or groups that the record does not answer
     */
    private record Decided(Outcome outcome, Optional<String> unknown) {
        String rule() {
            return outcome.value(OutcomeKey.RULE).orElse("");
        }

        Optional<String> notTold() {
            return unknown.map(what -> "rule " + rule() + " asks for " + what + ", which was not looked up then");
        }
    }

    private static final int MOST = 2_000;
    private static final int MOST_NAMED = 3;
}
