package org.postseal.policy.deciding;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import org.postseal.policy.condition.Asked;
import org.postseal.policy.condition.Condition;
import org.postseal.policy.condition.Truth;
import org.postseal.policy.facts.Direction;
import org.postseal.policy.facts.DirectoryFacts;
import org.postseal.policy.facts.Facts;
import org.postseal.policy.protection.LegacyAlgorithm;
import org.postseal.policy.rule.Policy;
import org.postseal.policy.rule.Rule;
import org.postseal.policy.settings.MailboxPolicy;

/**
 * What distinguishes a recipient for the policy before the message itself is there. If two recipients of one message
 * have equal classes, only their certificates or the header fields of the message can make a difference.
 *
 * @param direction as far as the envelope tells; the envelope sender stands for From
 * @param rules in their order, up to the first that matches these recipients whatever the message is; this ignores
 *     automatic and rights-protected mail, which most rules leave alone. If the message is forwarded, those for our
 *     users' mail stand behind them
 * @param legacy algorithms out of date that are opened and trusted for them, whichever level says so
 * @param domainSignatures whether a signature of the sender's domain counts as the sender's own for them (RFC 3183 §3)
 * @param partners those whose way of reading decides how mail to the recipient is made
 */
public record EnvelopeClass(
        Direction direction,
        List<Candidate> rules,
        Set<LegacyAlgorithm> legacy,
        boolean domainSignatures,
        List<String> partners) {
    public EnvelopeClass {
        rules = List.copyOf(rules);
        legacy = Set.copyOf(legacy);
        partners = List.copyOf(partners);
    }

    /**
     * A rule that may match.
     *
     * @param id of the rule
     * @param isKnown false if it is not known whether the recipient is in a group that the rule names
     * @param isExcepted whether the envelope meets its {@code unless}, or may meet it, and the message decides the rest
     */
    public record Candidate(String id, boolean isKnown, boolean isExcepted) {}

    static EnvelopeClass of(Policy policy, Facts facts, DirectoryFacts directory) {
        Asked asked = new Asked(facts, policy.internal(), directory);
        List<Candidate> candidates = new ArrayList<>(candidates(policy, asked));
        if (asked.direction() == Direction.FORWARDED) {
            // From may name one of our users, whose mail must be encrypted whoever sends it on.
            candidates.addAll(candidates(policy, new Asked(facts.asSentOn(), policy.internal(), directory)));
        }
        ReadingRights rights = ReadingRights.of(policy, facts.recipient(), directory);
        return new EnvelopeClass(
                asked.direction(),
                candidates,
                rights.legacy(),
                rights.domainSignatures(),
                policy.mailboxPolicies().partners().of(facts.recipient()).stream()
                        .map(MailboxPolicy::name)
                        .toList());
    }

    private static List<Candidate> candidates(Policy policy, Asked asked) {
        List<Candidate> candidates = new ArrayList<>();
        for (Rule rule : policy.rules()) {
            Truth when = onEnvelope(rule.conditions(), asked);
            if (when instanceof Truth.No) {
                // The exceptions of such a rule do not matter, so no directory server is asked about them.
                continue;
            }
            Truth unless = rule.unless().isEmpty() ? new Truth.No() : onEnvelope(rule.unless(), asked);
            if (unless instanceof Truth.Yes && rule.unless().stream().allMatch(EnvelopeClass::isOnEnvelope)) {
                continue;
            }
            candidates.add(new Candidate(
                    rule.id(),
                    !(when instanceof Truth.NotKnown || unless instanceof Truth.NotKnown),
                    !(unless instanceof Truth.No)));
            boolean isCertain = when instanceof Truth.Yes
                    && unless instanceof Truth.No
                    && rule.conditions().stream().allMatch(EnvelopeClass::isOnEnvelope);
            if (isCertain) {
                break;
            }
        }
        return candidates;
    }

    private static Truth onEnvelope(List<Condition> conditions, Asked asked) {
        Truth truth = Truth.of(true);
        for (Condition condition : conditions) {
            if (isOnEnvelope(condition) && !(truth instanceof Truth.No)) {
                truth = truth.and(condition.holds(asked));
            }
        }
        return truth;
    }

    private static boolean isOnEnvelope(Condition condition) {
        return condition.type().needs() == Condition.Needs.ENVELOPE;
    }
}
