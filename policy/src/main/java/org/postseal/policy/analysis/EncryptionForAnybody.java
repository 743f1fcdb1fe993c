package org.postseal.policy.analysis;

import java.util.List;
import java.util.Optional;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.postseal.policy.rule.Action;
import org.postseal.policy.rule.Policy;
import org.postseal.policy.rule.Rule;
import org.postseal.policy.settings.MailboxParameter;
import org.postseal.policy.settings.MailboxPolicy;
import org.postseal.policy.settings.Requirement;
import org.postseal.policy.settings.SenderEncryption;
import org.postseal.policy.settings.Settings;

/** Finds the settings by which mail that its sender has encrypted for somebody else meets a demand to encrypt. */
final class EncryptionForAnybody {
    private final List<String> policies;
    private final List<String> rules;

    EncryptionForAnybody(Policy policy) {
        Settings organisation = policy.mailboxPolicies().organisation();
        this.policies = policy.mailboxPolicies().all().stream()
                .filter(each -> !each.appliesTo().equals(MailboxPolicy.Assignment.NONE))
                .filter(each -> isTaken(policy.mailboxPolicies()
                        .level(organisation, each, each.appliesTo().rank())))
                .map(each -> "mailbox policy " + each.name())
                .toList();
        this.rules = policy.rules().stream()
                .filter(EncryptionForAnybody::takes)
                .map(rule -> "rule " + rule.id())
                .toList();
    }

    private static boolean takes(Rule rule) {
        return rule.action() instanceof Action.Protect protect
                && protect.settings().values().get(MailboxParameter.SENDER_ENCRYPTION) == SenderEncryption.STRUCTURE
                && rule.mayComeFromOurs();
    }

    private static boolean isTaken(Settings settings) {
        return settings.value(MailboxParameter.SENDER_ENCRYPTION) == SenderEncryption.STRUCTURE;
    }

    /** Returns true if a rule makes less of the demand of a level with these settings. */
    boolean isWeakenedByRule(Settings settings) {
        return !rules.isEmpty() && !isTaken(settings) && !isFixed(settings);
    }

    /** Returns a sentence about the demand of a level with these settings; empty if such mail never meets it. */
    Optional<String> ofLevel(Settings settings) {
        return sentence(settings, Stream.concat(policies.stream(), rules.stream()));
    }

    /** Returns a sentence about the demand of a rule that leaves the organisation with these settings. */
    Optional<String> ofRule(Settings settings) {
        return sentence(settings, policies.stream());
    }

    private static Optional<String> sentence(Settings settings, Stream<String> others) {
        if (isTaken(settings)) {
            return Optional.of(LEAVES + ".");
        }
        List<String> names = isFixed(settings) ? List.of() : others.toList();
        return names.isEmpty()
                ? Optional.empty()
                : Optional.of(LEAVES + ", where one of these counts: "
                        + names.stream().limit(MOST_NAMES).collect(Collectors.joining(", "))
                        + (names.size() > MOST_NAMES ? " and " + (names.size() - MOST_NAMES) + " more" : "") + ".");
    }

    private static boolean isFixed(Settings settings) {
        Requirement<SenderEncryption> by = settings.of(MailboxParameter.SENDER_ENCRYPTION);
        return by.forbids(SenderEncryption.STRUCTURE);
    }

    private static final String LEAVES = "What the sender's own program has encrypted leaves, whoever it is for";
    private static final int MOST_NAMES = 12;
}
