package org.postseal.policy.deciding;

import org.postseal.policy.condition.Asked;
import org.postseal.policy.condition.Truth;
import org.postseal.policy.facts.Author;
import org.postseal.policy.facts.Direction;
import org.postseal.policy.facts.Facts;
import org.postseal.policy.rule.Action;
import org.postseal.policy.rule.Policy;
import org.postseal.policy.settings.Settings;

/** Recognises mail of our own users that a list manager or the like sends on to somebody outside. */
final class SentOnMail {
    private SentOnMail() {}

    /**
     * Returns true if what our users must encrypt binds a message. Nobody knows who wrote it, so it is not signed and
     * no other rule for our users' mail counts, but a list must not send on in clear what they must encrypt. A rule for
     * forwarded mail that refuses it or the like, or demands its encryption, comes first.
     *
     * @param anyRule the view of the decision in which rules need not name the kind of mail; both views then know that
     * something inside was asked
     */
    static boolean isBound(Policy policy, Facts facts, Asked asked, Asked anyRule) {
        Author author = facts.message().author();
        boolean mayBeOurs = author.senders(facts.envelopeSender(), false).stream()
                        .anyMatch(policy::isInternal)
                || (!author.isComplete()
                        && policy.internal().entries().stream().anyMatch(entry -> asked.mayAuthorBeAt(entry.domain())));
        return asked.direction() == Direction.FORWARDED
                && mayBeOurs
                && !isHeld(policy, asked)
                && !isEncrypted(policy, anyRule);
    }

    private static boolean isHeld(Policy policy, Asked asked) {
        return policy.mayMatch(asked, match -> !match.hangsOnInside()).stream()
                // A rule must not refuse a message for what is inside.
                .filter(match -> !match.hangsOnInside() || match.rule().action() instanceof Action.Delivery)
                .findFirst()
                .filter(match -> !match.hangsOnInside())
                .filter(match ->
                        !(match.truth() instanceof Truth.Yes) || !(match.rule().action() instanceof Action.Delivery))
                .isPresent();
    }

    private static boolean isEncrypted(Policy policy, Asked anyRule) {
        Settings levels = policy.mailboxPolicies().organisation().withoutRequirements();
        return policy.mayMatch(anyRule, match -> !match.hangsOnInside()).stream()
                .anyMatch(
                        match -> !match.hangsOnInside() && match.rule().action().demandsEncryption(levels));
    }
}
