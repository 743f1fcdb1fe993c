package org.postseal.policy.telling;

import java.util.List;
import java.util.Optional;
import org.postseal.policy.settings.Setting;

/**
 * A policy in words, for who reads it and does not write it. Immutable.
 *
 * @param internal whose mail is ours, as written
 * @param quarantine where mail goes that must not be delivered
 * @param organisation settings that count for all of our senders, each with the level that gives it; without those that are built in
 * @param mailboxPolicies further ones, in their order
 * @param smime what the {@code smime} section writes
 * @param rules in their order
 */
public record PolicyDescription(
        String internal,
        Optional<String> quarantine,
        List<Group> groups,
        List<Setting> organisation,
        List<Mailbox> mailboxPolicies,
        List<Setting> smime,
        List<RuleText> rules) {
    public PolicyDescription {
        groups = List.copyOf(groups);
        organisation = List.copyOf(organisation);
        mailboxPolicies = List.copyOf(mailboxPolicies);
        smime = List.copyOf(smime);
        rules = List.copyOf(rules);
    }

    /**
     * Of people.
     *
     * @param members who they are, or who knows
     */
    public record Group(String name, String members) {}

    /**
     * One of {@code mailboxPolicies} beside {@code default}.
     *
     * @param extending the policy that it extends
     * @param profile what gives it values that are not written
     * @param levels whose mail it is for, by level: {@code domain}, {@code group}, {@code user}; none when it is only extended
     * @param settings what counts at its level when nothing stands between it and the organisation; without what is built in
     * @param mayWeaken settings in which levels below may go below it
     */
    public record Mailbox(
            String name,
            Optional<String> extending,
            Optional<String> profile,
            List<Assigned> levels,
            List<Setting> settings,
            List<String> mayWeaken) {
        public Mailbox {
            levels = List.copyOf(levels);
            settings = List.copyOf(settings);
            mayWeaken = List.copyOf(mayWeaken);
        }
    }

    /** Whom a policy is for at one level. */
    public record Assigned(String level, String whom) {}

    /**
     * A rule.
     *
     * @param when all of these hold; none for a rule that matches everything
     * @param unless and not all of these; none for no exception
     * @param then what is done
     */
    public record RuleText(String id, List<String> when, List<String> unless, List<String> then) {
        public RuleText {
            when = List.copyOf(when);
            unless = List.copyOf(unless);
            then = List.copyOf(then);
        }
    }
}
