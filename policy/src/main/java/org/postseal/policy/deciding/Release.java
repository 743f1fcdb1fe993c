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
 * Decides about a message that was held, once somebody has released it. If the policy in force still holds it by the
 * same rule for the same reason, it decides by a policy in which that rule says {@code deliver} about exactly that
 * reason, so every other demand binds the message as before. In particular a demand to encrypt does: the rule then asks
 * for encryption only if possible, where a level may forbid that, and a demand of the rule itself stays. If the rule
 * holds it no longer, or refuses it by now, nothing is lifted. Immutable.
 *
 * @param reason why the message was held
 * @param ruleOf says which rule held it back from a recipient; the empty string if no rule was asked
 */
record Release(Reason reason, Function<MailAddress, String> ruleOf) {
    Ruling decide(Policy policy, Facts facts, DirectoryFacts certificates, Assumptions assumptions) {
        AskedOnce answers = new AskedOnce(certificates);
        Ruling unlifted = new Decider(policy, facts, answers, assumptions).decide();
        String id = ruleOf.apply(facts.recipient());
        Optional<Policy> lifted = isStillHeld(unlifted, id) ? lifted(policy, id) : Optional.empty();
        String told = lifted.isPresent()
                ? "released: rule " + id + " does not hold it for " + reason
                : "released, but rule '" + id + "' does not hold it for " + reason + " any more: nothing is lifted";
        Ruling ruling = lifted.map(other -> new Decider(other, facts, answers, assumptions).decide())
                .orElse(unlifted);
        return ruling.decision() instanceof Decision.Redirect(var _, Reason again)
                ? heldAgain(ruling, again, told)
                : ruling.after(List.of(told));
    }

    /** Returns false if the policy has changed, or the facts have, so that something else holds the message now. */
    private boolean isStillHeld(Ruling ruling, String id) {
        return ruling.decision() instanceof Decision.Redirect(var _, Reason now)
                && now == reason
                && ruling.explanation().rule().equals(id);
    }

    private Optional<Policy> lifted(Policy policy, String id) {
        return policy.rules().stream()
                .filter(rule -> rule.id().equals(id))
                .findFirst()
                .flatMap(rule -> switch (rule.action()) {
                    case Action.Reject _, Action.Defer _, Action.Redirect _ ->
                        Optional.of(without(policy, rule)).filter(_ -> OF_RULE.contains(reason));
                    case Action.Delivery delivery ->
                        Optional.of(with(policy, rule, lifted(delivery.asked())))
                                .filter(_ -> UNENCRYPTED.contains(reason) || OF_FAILURE.contains(reason));
                });
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
