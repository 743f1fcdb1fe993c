package org.postseal.policy.telling;

import java.util.ArrayList;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import org.postseal.policy.condition.Condition;
import org.postseal.policy.outcome.Reason;
import org.postseal.policy.people.DomainSet;
import org.postseal.policy.people.Listing;
import org.postseal.policy.rule.Policy;
import org.postseal.policy.rule.Rule;
import org.postseal.policy.settings.MailboxParameter;
import org.postseal.policy.settings.MailboxPolicies;
import org.postseal.policy.settings.MailboxPolicy;
import org.postseal.policy.settings.Partners;
import org.postseal.policy.settings.Profile;
import org.postseal.policy.settings.Setting;
import org.postseal.policy.settings.Settings;
import org.postseal.policy.telling.PolicyDescription.Assigned;
import org.postseal.policy.telling.PolicyDescription.Mailbox;
import org.postseal.policy.wording.Languages;
import org.postseal.policy.wording.Wording;

/** Puts a policy into words. */
public final class PolicyDescriber {
    private PolicyDescriber() {}

    public static PolicyDescription describe(Policy policy) {
        MailboxPolicies all = policy.mailboxPolicies();
        List<PolicyDescription.Group> groups = new ArrayList<>();
        policy.groups()
                .listed()
                .forEach((name, members) -> groups.add(new PolicyDescription.Group(name, Listing.of(members))));
        policy.groups()
                .inDirectory()
                .forEach((name, at) -> groups.add(new PolicyDescription.Group(
                        name, "as the directory server " + at.server() + " knows them: " + at.entry())));
        return new PolicyDescription(
                policy.internal().toString(),
                new PolicyDescription.Undelivered(policy.quarantine().map(Object::toString), words(policy.wording())),
                groups,
                all.organisation().given(),
                all.all().stream()
                        .filter(each -> !each.name().equals(MailboxPolicy.DEFAULT))
                        .map(each -> mailbox(
                                each,
                                all.level(
                                        all.organisation(),
                                        each,
                                        each.appliesTo().rank())))
                        .toList(),
                new PolicyDescription.Outside(
                        all.partners().all().stream()
                                .map(each -> mailbox(each, Partners.over(Settings.BUILT_IN, each)))
                                .toList(),
                        all.partners().trusted().ids()),
                policy.smime().written().entrySet().stream()
                        .map(each -> new Setting(each.getKey().parameter(), each.getValue(), "smime"))
                        .toList(),
                policy.rules().stream().map(PolicyDescriber::rule).toList());
    }

    private static List<String> words(Wording wording) {
        List<String> words = new ArrayList<>();
        if (!wording.isOn()) {
            return words;
        }
        words.add("whom to ask: " + wording.contact().orElseThrow());
        wording.languages().spoken().forEach(each -> words.add(each.language() + ": " + readers(each)));
        words.add(String.join(", ", wording.languages().others()) + ": for everybody else");
        wording.texts().byReason().keySet().stream()
                .map(Reason::name)
                .sorted()
                .forEach(reason -> words.add("a text of its own for " + reason));
        wording.texts().named().keySet().forEach(name -> words.add("a text for rules: " + name));
        if (!wording.texts().notices().isEmpty()) {
            words.add("a notice of its own: "
                    + String.join(", ", new TreeSet<>(wording.texts().notices().keySet())));
        }
        if (wording.utf8Replies()) {
            words.add("replies have letters beyond ASCII for clients that take them");
        }
        return words;
    }

    private static String readers(Languages.Spoken spoken) {
        String senders = spoken.senders().words("anybody of ");
        String domains = spoken.recipientDomains().toString();
        return (senders.isEmpty() ? "" : "for " + senders)
                + (senders.isEmpty() || domains.isEmpty() ? "" : ", and ")
                + (domains.isEmpty() ? "" : "in answers to mail for " + domains);
    }

    private static Mailbox mailbox(MailboxPolicy policy, Settings settings) {
        MailboxPolicy.Assignment whom = policy.appliesTo();
        List<Assigned> levels = new ArrayList<>();
        if (!whom.domains().isEmpty()) {
            DomainSet domains = new DomainSet();
            whom.domains().forEach(domains::add);
            levels.add(new Assigned("domain", domains.toString()));
        }
        if (!whom.groups().isEmpty()) {
            levels.add(new Assigned("group", Listing.of(whom.groups())));
        }
        if (!whom.users().isEmpty()) {
            levels.add(new Assigned("user", Listing.of(whom.users())));
        }
        return new Mailbox(
                policy.name(),
                policy.parent(),
                policy.profile().map(Profile::word),
                levels,
                settings.given(),
                names(policy.mayWeaken()));
    }

    private static PolicyDescription.RuleText rule(Rule rule) {
        return new PolicyDescription.RuleText(
                rule.id(),
                rule.conditions().stream().map(Condition::words).toList(),
                rule.unless().stream().map(Condition::words).toList(),
                ActionWords.of(rule));
    }

    private static List<String> names(Set<MailboxParameter<?>> parameters) {
        return parameters.stream().map(MailboxParameter::name).sorted().toList();
    }
}
