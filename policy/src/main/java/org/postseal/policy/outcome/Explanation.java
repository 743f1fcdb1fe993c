package org.postseal.policy.outcome;

import java.util.List;
import java.util.Optional;
import org.postseal.policy.facts.Direction;
import org.postseal.policy.settings.Setting;

/**
 * Explains a decision. It goes to the audit log, {@code decision.json} and {@code policy explain}.
 *
 * @param direction as computed for this recipient
 * @param rule id of the rule that matched
 * @param mailboxPolicy name of the mailbox policy that gave settings; empty if none applied
 * @param steps one sentence per step, in order, for people
 * @param settings those that counted, each with the level that gave it; empty if no settings were asked for
 * @param closed why a ciphertext stays closed, if the decision itself has a reason for that
 */
public record Explanation(
        Direction direction,
        String rule,
        String mailboxPolicy,
        List<String> steps,
        List<Setting> settings,
        Optional<Handling.Closed> closed) {
    /** Makes an explanation for a decision that asked for no settings. */
    public Explanation(Direction direction, String rule, String mailboxPolicy, List<String> steps) {
        this(direction, rule, mailboxPolicy, steps, List.of(), Optional.empty());
    }
}
