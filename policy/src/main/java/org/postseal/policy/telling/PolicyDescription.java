package org.postseal.policy.telling;

import java.util.List;
import java.util.Optional;
import org.postseal.policy.settings.Setting;

/**
 * A policy in words, for people who read it and do not write it. Immutable.
 *
 * @param internal our own domains, as written
 * @param undelivered what becomes of mail that must not be delivered
 * @param organisation settings for all our senders, each with the level that gives it; without the built-in ones
 * @param mailboxPolicies the policies except {@code default}, in their order
 * @param outside what holds for people who are not ours
 * @param smime the parameters that the {@code smime} section writes
 * @param rules in their order
 */
public record PolicyDescription(
        String internal,
        Undelivered undelivered,
        List<Group> groups,
        List<Setting> organisation,
        List<Mailbox> mailboxPolicies,
        Outside outside,
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
     * What becomes of mail that must not be delivered.
     *
     * @param quarantine where it is kept, if the policy names a place
     * @param words what people are told of it by the section {@code words}; none if there is no such section
     */
    public record Undelivered(Optional<String> quarantine, List<String> words) {
        public Undelivered {
            words = List.copyOf(words);
        }
    }

    /**
     * A group of people.
     *
     * @param members who they are, or who knows them
     */
    public record Group(String name, String members) {}

    /**
     * One of {@code mailboxPolicies}, except {@code default}.
     *
     * @param extending the policy that it extends
     * @param profile gives the values that are not written
     * @param levels the people whose mail it is for, by level: {@code domain}, {@code group}, {@code user}; none if it
     *     is only extended
     * @param settings those that count at its level if no level between it and the organisation gives any; without the
     *     built-in ones
     * @param mayWeaken settings that the levels below may weaken
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

    /**
     * What holds for people who are not ours.
     *
     * @param partners in their order, each as a mailbox policy with the settings that it writes
     * @param trusted our mail servers whose results of DMARC are believed, as they name themselves
     */
    public record Outside(List<Mailbox> partners, List<String> trusted) {
        public Outside {
            partners = List.copyOf(partners);
            trusted = List.copyOf(trusted);
        }
    }

    /** The people that a policy is for at one level. */
    public record Assigned(String level, String whom) {}

    /**
     * A rule.
     *
     * @param when all of these hold; none for a rule that matches everything
     * @param unless not all of these hold; none for no exception
     * @param then the action
     */
    public record RuleText(String id, List<String> when, List<String> unless, List<String> then) {
        public RuleText {
            when = List.copyOf(when);
            unless = List.copyOf(unless);
            then = List.copyOf(then);
        }
    }
}
