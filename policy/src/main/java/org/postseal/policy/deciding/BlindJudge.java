package org.postseal.policy.deciding;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.stream.Stream;
import org.postseal.policy.condition.Asked;
import org.postseal.policy.condition.Truth;
import org.postseal.policy.outcome.Decision;
import org.postseal.policy.rule.Action;
import org.postseal.policy.rule.Action.Demand;
import org.postseal.policy.rule.Policy;
import org.postseal.policy.rule.Rule;
import org.postseal.policy.rule.RuleIndex;
import org.postseal.policy.settings.Level;
import org.postseal.policy.settings.Settings;

/**
 * Judges an encrypted message by all rules that may match, before any rule looks under the encryption. Used once.
 *
 * <p>Once a rule has looked there, the gateway must not refuse the message any more, because the refusal would tell
 * what is there; without a quarantine it delivers the message. So it must find before that what holds the message back
 * for a reason outside the encryption. Otherwise a rule that looks inside would lift the demands of the rules behind
 * it. The result is the same whatever is inside.
 */
final class BlindJudge {
    private final Policy policy;
    private final Asked gathered;
    private final SenderLevels senders;
    private final Demands demands;
    private final Steps steps;

    BlindJudge(Policy policy, Asked gathered, SenderLevels senders, Demands demands, Steps steps) {
        this.policy = policy;
        this.gathered = gathered;
        this.senders = senders;
        this.demands = demands;
        this.steps = steps;
    }

    /** What is known about a message before any rule looks under its encryption. */
    sealed interface Result {
        /** Nothing holds it back yet. */
        record ByRules() implements Result {}

        /** The rule decides, whatever is inside. */
        record ByRule(RuleIndex.Match match) implements Result {}

        /** It does not meet the demand of a rule that may match. */
        record Held(Decision decision, Rule rule, Settings settings) implements Result {}
    }

    Result judge() {
        if (!gathered.isEncrypted()) {
            return new Result.ByRules();
        }
        List<RuleIndex.Match> any = policy.mayMatch(gathered.ofAnyRule(), this::isLast);
        boolean isAutomatic = any.stream().anyMatch(this::isLeftAlone);
        List<RuleIndex.Match> named = isAutomatic ? policy.mayMatch(gathered, this::isLast) : List.of();
        if (Stream.of(any, named).flatMap(List::stream).noneMatch(RuleIndex.Match::hangsOnInside)) {
            return new Result.ByRules();
        }
        // Only a rule that names the kind refuses, defers or redirects automatic mail.
        List<RuleIndex.Match> refusing = isAutomatic ? named : any;
        boolean isRefusedAnyhow = !refusing.isEmpty()
                && refusing.stream().noneMatch(match -> match.rule().action() instanceof Action.Delivery)
                && !refusing.getLast().hangsOnInside();
        if (isRefusedAnyhow) {
            return new Result.ByRule(refusing.getLast());
        }
        Optional<RuleIndex.Match> open = Stream.of(any, named)
                .flatMap(List::stream)
                .filter(match -> match.truth() instanceof Truth.NotKnown && !match.hangsOnInside())
                .findFirst();
        if (open.isPresent()) {
            return new Result.ByRule(open.get());
        }
        return switch (senders.levels()) {
            case SenderLevels.Levels.NotKnown(String why) ->
                new Result.ByRule(new RuleIndex.Match(any.getFirst().rule(), new Truth.NotKnown(why)));
            case SenderLevels.Levels.Known(Settings levels) ->
                held(any, named, levels).<Result>map(held -> held).orElseGet(Result.ByRules::new);
        };
    }

    private Optional<Result.Held> held(List<RuleIndex.Match> any, List<RuleIndex.Match> named, Settings levels) {
        List<Case> cases = new ArrayList<>();
        for (RuleIndex.Match match : any) {
            Rule rule = match.rule();
            if (!isLeftAlone(match)) {
                cases.addAll(ordinary(match, levels));
            } else if (mayDeliver(match) && rule.action().demandsEncryption(levels)) {
                cases.addAll(automatic(rule, named, levels));
            }
        }
        named.forEach(match -> cases.addAll(ordinary(match, levels)));
        return cases.stream().map(this::held).flatMap(Optional::stream).findFirst();
    }

    private static List<Case> ordinary(RuleIndex.Match match, Settings levels) {
        Rule rule = match.rule();
        return mayDeliver(match) ? List.of(new Case(rule, rule.action().asked(), levels, false)) : List.of();
    }

    /** Returns what is asked of automatic mail if a rule that does not name its kind requires it to be encrypted. */
    private static List<Case> automatic(Rule demanding, List<RuleIndex.Match> named, Settings levels) {
        Action.Protect asked = demanding.action().asked();
        List<Case> cases = new ArrayList<>();
        boolean isNamed = false;
        for (RuleIndex.Match match : named) {
            if (match.rule().action() instanceof Action.Delivery delivery) {
                Settings required = levels.with(asked.settings().ofEncryption(), Level.rule(demanding.id()));
                cases.add(new Case(match.rule(), delivery.asked().bound(required), required, false));
                isNamed |= match.truth() instanceof Truth.Yes;
            }
        }
        if (!isNamed) {
            cases.add(new Case(demanding, asked.encryptionOnly(), levels.withoutSignature(), true));
        }
        return cases;
    }

    private Optional<Result.Held> held(Case each) {
        int before = steps.count();
        Settings settings = each.levels.with(each.asked.settings(), Level.rule(each.rule.id()));
        steps.add("rule " + each.rule.id() + " may match, whatever is under the encryption");
        // An optional demand does not hold back mail that the rule perhaps does not match.
        Demand encrypt = demands.of("encrypt", settings.encrypted(), each.asked.encrypt()) == Demand.REQUIRED
                ? Demand.REQUIRED
                : Demand.NEVER;
        Optional<Decision> held = demands.judgeOutside(encrypt, each.levels, settings, each.asked);
        if (held.isEmpty()) {
            steps.forgetSince(before);
        }
        return held.map(decision -> each.isAlone ? demands.unlessEncrypted(decision, policy.quarantine()) : decision)
                .map(decision -> new Result.Held(decision, each.rule, settings));
    }

    /**
     * A rule that may decide, and what it asks then.
     *
     * @param isAlone whether the mail is automatic, and no rule names its kind
     */
    private record Case(Rule rule, Action.Protect asked, Settings levels, boolean isAlone) {}

    /**
     * Returns false for a rule that does not deliver and matches only by what is inside. It must not refuse the message
     * for that, so it adds no case, and the rules behind it have their say.
     */
    private static boolean mayDeliver(RuleIndex.Match match) {
        return match.rule().action() instanceof Action.Delivery || !match.hangsOnInside();
    }

    private boolean isLast(RuleIndex.Match match) {
        boolean isPassedOver = match.truth() instanceof Truth.Yes
                && isLeftAlone(match)
                && !(match.rule().action() instanceof Action.Delivery);
        return !match.hangsOnInside() && !isPassedOver;
    }

    /** Returns true for a rule that does not name the kind of this automatic mail. */
    private boolean isLeftAlone(RuleIndex.Match match) {
        return match.rule().leftAlone(gathered).isPresent();
    }
}
