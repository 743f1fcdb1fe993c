package org.postseal.policy.reading;

import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.postseal.certstore.MailAddress;
import org.postseal.policy.analysis.RuleAnalysis;
import org.postseal.policy.condition.ConditionReader;
import org.postseal.policy.people.DomainSet;
import org.postseal.policy.people.Groups;
import org.postseal.policy.people.PeopleReader;
import org.postseal.policy.rule.Action;
import org.postseal.policy.rule.Policy;
import org.postseal.policy.rule.Rule;
import org.postseal.policy.rule.RuleIndex;
import org.postseal.policy.settings.MailboxParameter;
import org.postseal.policy.settings.MailboxPolicies;
import org.postseal.policy.settings.MailboxPolicy;
import org.postseal.policy.settings.MailboxPolicyReader;
import org.postseal.policy.settings.SmimeConfig;
import org.postseal.policy.settings.SmimeReader;
import org.postseal.policy.wording.Wording;
import org.postseal.policy.yaml.Problems;
import org.postseal.policy.yaml.YamlMapping;
import org.postseal.policy.yaml.YamlReader;

/** Reads a policy from its root down, section by section, in the order in which they refer to each other. */
public final class PolicyReader {
    private PolicyReader() {}

    /** Returns the policy; empty if any problem is an error. */
    public static Optional<Policy> read(String yaml, Problems problems) {
        return YamlReader.read(yaml, problems).map(root -> read(root, problems)).filter(_ -> !problems.hasErrors());
    }

    private static Policy read(YamlMapping root, Problems problems) {
        root.required("version").ifPresent(value -> value.integer(1, 1));
        DomainSet internal =
                root.required("internal").map(PeopleReader::internal).orElse(new DomainSet());
        Groups groups = root.mapping("groups").map(PeopleReader::groups).orElse(Groups.NONE);
        Optional<MailAddress> quarantine =
                root.value("quarantine").flatMap(value -> FailureReader.quarantine(value, internal));
        SmimeConfig smime = root.mapping("smime").map(SmimeReader::read).orElse(SmimeConfig.DEFAULT);
        MailboxPolicyReader mailboxPolicyReader = new MailboxPolicyReader(groups.names(), internal);
        Map<String, MailboxPolicy> byName =
                root.mapping("mailboxPolicies").map(mailboxPolicyReader::read).orElse(Map.of());
        PeopleReader peopleReader = new PeopleReader(groups);
        MailboxPolicies own = new MailboxPolicies(byName, groups.byMember(), smime);
        MailboxPolicies mailboxPolicies =
                own.with(new PartnerReader(peopleReader, internal, own.organisation()).read(root));
        WordingReader wordingReader = new WordingReader(peopleReader);
        Wording wording = root.mapping("words").map(wordingReader::read).orElse(Wording.NONE);
        RefusalTextReader texts = new RefusalTextReader(wordingReader.sources());
        RuleReader ruleReader = new RuleReader(
                new ConditionReader(peopleReader),
                new ActionReader(new FailureReader(internal, quarantine, texts), mailboxPolicies.organisation()));
        List<RuleAnalysis.Written> written =
                root.required("rules").map(ruleReader::read).orElse(List.of());
        root.refuseOthers();
        RuleAnalysis.check(root, written, internal, problems);
        List<Rule> rules = written.stream().map(RuleAnalysis.Written::rule).toList();
        mailboxPolicyReader.check(smime, rules.stream().anyMatch(PolicyReader::demandsAsLevelsSay));
        return new Policy(internal, quarantine, groups, mailboxPolicies, new RuleIndex(rules), smime, wording);
    }

    /** Returns true if a rule demands encryption and leaves it to the levels which of the sender's own meets that. */
    private static boolean demandsAsLevelsSay(Rule rule) {
        return rule.action() instanceof Action.Protect protect
                && protect.requiresEncryption()
                && !protect.settings().values().containsKey(MailboxParameter.SENDER_ENCRYPTION);
    }
}
