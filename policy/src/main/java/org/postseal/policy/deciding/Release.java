package org.postseal.policy.deciding;

import java.util.ArrayList;
import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.function.Function;
import org.postseal.certstore.MailAddress;
import org.postseal.policy.facts.DirectoryFacts;
import org.postseal.policy.facts.Facts;
import org.postseal.policy.header.Assumptions;
import org.postseal.policy.outcome.Decision;
import org.postseal.policy.outcome.Explanation;
import org.postseal.policy.outcome.Reason;
import org.postseal.policy.outcome.RefusalText;
import org.postseal.policy.rule.Action;
import org.postseal.policy.rule.Action.Demand;
import org.postseal.policy.rule.Action.OnFailure;
import org.postseal.policy.rule.Policy;
import org.postseal.policy.rule.Rule;

/**
 * Decides about a message that was held, once somebody has released it. It decides by a policy in which the rule that
 * held the message says {@code deliver} about exactly that reason, so every other demand binds the message as before.
 * In particular a demand to encrypt does: the rule then asks for encryption only if possible, where a level may forbid
 * that, and a demand of the rule itself stays. Immutable.
 *
 * @param reason why the message was held
 * @param ruleOf says which rule held it back from a recipient; the empty string if no rule was asked
 */
record Release(Reason reason, Function<MailAddress, String> ruleOf) {
    Ruling decide(Policy policy, Facts facts, DirectoryFacts certificates, Assumptions assumptions) {
        Lifted lifted = lift(policy, ruleOf.apply(facts.recipient()));
        Ruling ruling = new Decider(lifted.policy, facts, certificates, assumptions).decide();
        return ruling.decision() instanceof Decision.Redirect(var _, Reason again)
                ? heldAgain(ruling, again, lifted.told)
                : ruling.after(List.of(lifted.told));
    }

    /** @param told a step of the explanation */
    private record Lifted(Policy policy, String told) {}

    private Lifted lift(Policy policy, String id) {
        Optional<Rule> found =
                policy.rules().stream().filter(rule -> rule.id().equals(id)).findFirst();
        if (found.isEmpty()) {
            return new Lifted(policy, "released, but there is no rule '" + id + "' any more: nothing is lifted");
        }
        Rule rule = found.get();
        return switch (rule.action()) {
            case Action.Reject _, Action.Defer _, Action.Redirect _
            when OF_RULE.contains(reason) ->
                new Lifted(without(policy, rule), "released: rule " + id + " is passed over");
            case Action.Delivery delivery
            when UNENCRYPTED.contains(reason) || OF_FAILURE.contains(reason) ->
                new Lifted(
                        with(policy, rule, lifted(delivery.asked())),
                        "released: rule " + id + " delivers in spite of " + reason);
            case Action.Reject _, Action.Defer _, Action.Redirect _, Action.Delivery _ ->
                new Lifted(policy, "released, but nothing in rule " + id + " can be lifted for " + reason);
        };
    }

    /** The last rule is for everything, so the mailbox policies take its place. */
    private static Policy without(Policy policy, Rule rule) {
        return rule.equals(policy.rules().getLast())
                ? with(policy, rule, new Action.ByMailboxPolicy())
                : policy.with(policy.rules().stream()
                        .filter(other -> !other.equals(rule))
                        .toList());
    }

    private static Policy with(Policy policy, Rule rule, Action action) {
        List<Rule> rules = new ArrayList<>(policy.rules());
        rules.set(rules.indexOf(rule), rule.with(action));
        return policy.with(rules);
    }

    private Action.Protect lifted(Action.Protect asked) {
        boolean isUnencrypted = UNENCRYPTED.contains(reason);
        Action.Inbound inbound = asked.inbound();
        return new Action.Protect(
                asked.sign(),
                isUnencrypted ? asked.encrypt().or(() -> Optional.of(Demand.IF_POSSIBLE)) : asked.encrypt(),
                asked.decrypt(),
                asked.verify(),
                isUnencrypted ? Optional.of(DELIVER) : asked.onMissingCertificate(),
                reason == Reason.CERTIFICATE_LOOKUP_FAILED ? DELIVER : asked.onLookupFailure(),
                reason == Reason.INVALID_SIGNATURE ? Optional.of(DELIVER) : asked.onInvalidSignature(),
                reason == Reason.SENDER_PROTECTION_WEAK ? Optional.of(DELIVER) : asked.onWeakProtection(),
                asked.settings(),
                new Action.Inbound(
                        lifted(inbound.onUnsigned(), Reason.SIGNATURE_REQUIRED),
                        lifted(inbound.onUnencrypted(), Reason.ENCRYPTION_REQUIRED),
                        lifted(inbound.onUnauthenticated(), Reason.CONTENT_UNAUTHENTICATED),
                        lifted(inbound.onSuspicious(), Reason.CONTENT_SUSPICIOUS),
                        inbound.strip()),
                asked.header());
    }

    /** What the rule does not demand by now is not demanded by a release either. */
    private Optional<OnFailure> lifted(Optional<OnFailure> outcome, Reason about) {
        return reason == about ? outcome.map(_ -> DELIVER) : outcome;
    }

    /** Refuses what would be held twice: the copy that there is stays where it is. */
    private static Ruling heldAgain(Ruling ruling, Reason again, String told) {
        Explanation explanation = ruling.explanation();
        String why = "it would be held again, " + again + " by rule " + explanation.rule();
        List<String> steps = new ArrayList<>(explanation.steps());
        steps.addFirst(told);
        steps.add("refused: " + why);
        return new Ruling(
                ruling.recipient(),
                new Decision.Reject(
                        Reason.RELEASE_REFUSED, Optional.of(RefusalText.line("Not released: " + why)), false),
                new Explanation(
                        explanation.direction(),
                        explanation.rule(),
                        explanation.mailboxPolicy(),
                        List.copyOf(steps),
                        explanation.settings(),
                        explanation.closed()),
                Optional.empty());
    }

    private static final OnFailure DELIVER = new OnFailure.DeliverAnyway();

    /** A rule that does not deliver gives these reasons itself. */
    private static final Set<Reason> OF_RULE = EnumSet.of(Reason.POLICY_REFUSED, Reason.POLICY_DEFERRED);

    /** The message does not leave encrypted as demanded, or did not come so. */
    private static final Set<Reason> UNENCRYPTED = EnumSet.of(
            Reason.NO_RECIPIENT_CERTIFICATE,
            Reason.ALGORITHM_NOT_ALLOWED,
            Reason.ENCRYPTION_DOUBTFUL,
            Reason.ENCRYPTED_FOR_OTHERS,
            Reason.SENDER_ENCRYPTION_REFUSED,
            Reason.AUTOMATIC_NOT_ENCRYPTED);

    /** A rule that delivers says what happens for these other reasons. */
    private static final Set<Reason> OF_FAILURE = EnumSet.of(
            Reason.INVALID_SIGNATURE,
            Reason.SENDER_PROTECTION_WEAK,
            Reason.CERTIFICATE_LOOKUP_FAILED,
            Reason.SIGNATURE_REQUIRED,
            Reason.ENCRYPTION_REQUIRED,
            Reason.CONTENT_UNAUTHENTICATED,
            Reason.CONTENT_SUSPICIOUS);
}
