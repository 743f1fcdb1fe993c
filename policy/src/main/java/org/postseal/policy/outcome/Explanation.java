package org.postseal.policy.outcome;

import java.util.List;
import java.util.Optional;
import org.postseal.policy.facts.Direction;
import org.postseal.policy.settings.Setting;

/**
 * Why a decision came out as it did; goes to the audit log, {@code decision.json} and {@code policy explain}.
 *
 * @param direction as computed for this recipient
 * @param rule id of the rule that matched
 * @param mailboxPolicy name of the mailbox policy that gave settings; empty when none applied
 * @param steps one sentence per step, in order, for a person to read
 * @param settings that counted, each with the level that gave it; empty where no settings were asked for
 * @param closed why a ciphertext is left closed, where the decision itself has a reason for that
 */
public record Explanation(
        Direction direction,
        String rule,
        String mailboxPolicy,
        List<String> steps,
        List<Setting> settings,
        Optional<Handling.Closed> closed) {
    /** Where no settings were asked for. */
    public Explanation(Direction direction, String rule, String mailboxPolicy, List<String> steps) {
        this(direction, rule, mailboxPolicy, steps, List.of(), Optional.empty());
    }
}
