package org.postseal.policy.cases;

import java.util.List;
import java.util.Optional;
import org.postseal.certstore.MailAddress;
import org.postseal.policy.deciding.RuleSet;
import org.postseal.policy.deciding.Ruling;
import org.postseal.policy.deciding.TriedRule;
import org.postseal.policy.facts.DirectoryFacts;
import org.postseal.policy.facts.Facts;
import org.postseal.policy.outcome.Handling;
import org.postseal.policy.outcome.Reason;
import org.postseal.policy.record.DirectoryLog;
import org.postseal.policy.record.LoggedDirectory;
import org.postseal.policy.settings.Setting;

/**
 * A policy's decision about a message for one recipient, with the reasons.
 *
 * @param why empty if no policy was asked
 */
public record ExplainedOutcome(MailAddress recipient, Outcome outcome, Optional<Why> why) {
    /**
     * The reasons behind an outcome.
     *
     * @param rules up to the one that matches
     * @param directory the questions about certificates, keys and groups with their answers
     */
    public record Why(List<TriedRule> rules, List<String> directory) {
        public Why {
            rules = List.copyOf(rules);
            directory = List.copyOf(directory);
        }
    }

    /**
     * Decides, and keeps what was asked about certificates, keys and groups. It supposes that the recipient has a key
     * that fits.
     */
    public static ExplainedOutcome decide(RuleSet policy, Facts facts, DirectoryFacts directory) {
        return decide(policy, Supposed.of(policy, facts, directory), directory);
    }

    /**
     * Decides about a message that is only imagined. If it is encrypted, its cipher is supposed to be one that is
     * opened.
     */
    public static ExplainedOutcome suppose(RuleSet policy, Facts facts, DirectoryFacts directory) {
        return decide(policy, Supposed.of(policy, facts, directory, true, false), directory);
    }

    static ExplainedOutcome decide(RuleSet policy, Supposed supposed, DirectoryFacts directory) {
        DirectoryLog asked = new DirectoryLog(directory);
        Ruling ruling = policy.decide(supposed.facts(), asked);
        return of(policy, supposed.facts(), ruling, supposed.handling(ruling), supposed.left(ruling), asked.answers());
    }

    /**
     * Explains a decision that was made elsewhere.
     *
     * @param handling how the protection that the message came with is handled
     * @param left how the copy leaves
     * @param answers about certificates, keys and groups, in the form of {@link DirectoryLog}
     */
    public static ExplainedOutcome of(
            RuleSet policy,
            Facts facts,
            Ruling ruling,
            Optional<Handling> handling,
            Optional<Handling.Left> left,
            List<String> answers) {
        return new ExplainedOutcome(
                facts.recipient(),
                Outcome.of(ruling, facts, handling, left),
                Optional.of(new Why(policy.tried(facts, new LoggedDirectory(answers)), answers)));
    }

    /** Explains a message that the gateway refuses before it asks the policy. */
    public static ExplainedOutcome refused(MailAddress recipient, Reason reason, String detail) {
        return new ExplainedOutcome(recipient, Outcome.refused(reason, detail), Optional.empty());
    }

    /** Returns the settings that some level gave; it leaves out those that are built in. */
    public List<Setting> givenSettings() {
        return outcome.settings().stream()
                .filter(setting -> !setting.isBuiltIn())
                .toList();
    }

    /** Tells in words whether a rule matches, and why. */
    public static String told(TriedRule rule) {
        return switch (rule.result()) {
            case YES -> "matches, " + (rule.conditions().isEmpty() ? "always" : String.join(", ", rule.conditions()));
            case NO -> "no, " + rule.failed().orElse("");
            case NOT_KNOWN -> "may match, a group could not be looked up";
        };
    }
}
