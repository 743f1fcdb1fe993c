package org.postseal.policy.deciding;

import java.text.Normalizer;
import java.util.List;
import org.postseal.policy.condition.Asked;
import org.postseal.policy.condition.Truth;
import org.postseal.policy.facts.Author;
import org.postseal.policy.facts.Direction;
import org.postseal.policy.facts.Facts;
import org.postseal.policy.header.FieldReadings;
import org.postseal.policy.header.FieldText;
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
        boolean mayBeOurs =
                author.senders(facts.envelopeSender(), false).stream().anyMatch(policy::isInternal)
                        || (!author.isComplete() && mayNameUs(policy, facts));
        return asked.direction() == Direction.FORWARDED
                && mayBeOurs
                && !isHeld(policy, asked)
                && !isEncrypted(policy, anyRule);
    }

    /**
     * Returns true if some program may read one of our domains in From. Programs leave out comments, quotes, blanks and
     * whatever else they do not understand, but none shows letters that do not stand there in this order.
     */
    private static boolean mayNameUs(Policy policy, Facts facts) {
        List<FieldReadings> from = facts.headers().readings("from");
        return from.isEmpty()
                || from.stream()
                        .anyMatch(field -> !field.isComplete()
                                || field.texts().stream()
                                        .anyMatch(text -> policy.internal().entries().stream()
                                                .map(entry -> entry.domain())
                                                .anyMatch(domain -> holds(text, domain.ascii())
                                                        || holds(text, domain.spelling()))));
    }

    private static boolean holds(FieldText text, String domain) {
        String within = Normalizer.normalize(text.folded(), Normalizer.Form.NFKC);
        int at = -1;
        for (int i = 0; i < domain.length(); i++) {
            if (Character.isLetterOrDigit(domain.charAt(i))) {
                at = within.indexOf(domain.charAt(i), at + 1);
                if (at < 0) {
                    return false;
                }
            }
        }
        return true;
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
