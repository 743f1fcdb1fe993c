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

/** Whether two policies treat mail alike. Which rule it is, and the way there, does not count. Immutable. */
public final class Comparison {
    private final RuleSet before;
    private final RuleSet after;

    public Comparison(RuleSet before, RuleSet after) {
        this.before = before;
        this.after = after;
    }

    /** What came of it for one recipient. */
    public sealed interface Result {
        /** Treated alike. */
        record Same() implements Result {}

        /** Treated otherwise. */
        record Different(Outcome before, Outcome after) implements Result {}

        /** What is known does not suffice. */
        record NotTold(String why) implements Result {}
    }

    /** Of what the audit log keeps of a message for one recipient. */
    public record Logged(Facts facts, List<String> directory, String policySha256, String rule) {
        public Logged {
            directory = List.copyOf(directory);
        }
    }

    /** Where everything is known. */
    public static Result of(Outcome before, Outcome after) {
        return before.isTreatedLike(after) ? new Result.Same() : new Result.Different(before, after);
    }

    /**
     * Where the header is not known. Every answer that the policies' conditions on it can have is tried, but for those under which the policy of the record would not have come to the rule of the record; only
     * what is the same under all of them is told.
     */
    public Result of(Logged logged) {
        Exploration exploration = new Exploration(logged);
        exploration.explore(Map.of());
        return exploration.result();
    }

    /** One record under all answers. */
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

        // none when it went on with either answer
        private Optional<Decided> decide(RuleSet policy, Map<HeaderQuestion, Boolean> assumed) {
            LoggedDirectory directory = new LoggedDirectory(logged.directory());
            return switch (Retrospect.decide(policy, logged.facts(), directory, assumed)) {
                case Retrospect.Result.Ruled(var ruling) ->
                    Optional.of(new Decided(Outcome.of(ruling), directory.unknown()));
                case Retrospect.Result.Open(String rule, HeaderQuestion question) -> {
                    // the record says which rule of its own policy matched
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

    /** @param unknown what it asked of the directory and nobody had asked then */
    private record Decided(Outcome outcome, Optional<String> unknown) {
        String rule() {
            return outcome.value(OutcomeKey.RULE).orElse("");
        }

        Optional<String> notTold() {
            return unknown.map(what -> "rule " + rule() + " asks for " + what + ", which was not asked for then");
        }
    }

    private static final int MOST = 2_000;
    private static final int MOST_NAMED = 3;
}
