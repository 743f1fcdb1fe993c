package org.postseal.policy.deciding;

import java.nio.charset.StandardCharsets;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.Collections;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.BooleanSupplier;
import java.util.function.Function;
import org.postseal.certstore.Digest;
import org.postseal.certstore.MailAddress;
import org.postseal.policy.analysis.DemandFinder;
import org.postseal.policy.analysis.DemandsToEncrypt;
import org.postseal.policy.condition.Asked;
import org.postseal.policy.facts.Direction;
import org.postseal.policy.facts.DirectoryFacts;
import org.postseal.policy.facts.Facts;
import org.postseal.policy.header.Assumptions;
import org.postseal.policy.outcome.Decision;
import org.postseal.policy.outcome.Explanation;
import org.postseal.policy.outcome.Reason;
import org.postseal.policy.people.DirectoryGroup;
import org.postseal.policy.people.DomainSet;
import org.postseal.policy.people.People;
import org.postseal.policy.reading.PolicyReader;
import org.postseal.policy.rule.Policy;
import org.postseal.policy.rule.Rule;
import org.postseal.policy.settings.GatewayWishes;
import org.postseal.policy.settings.MailboxPolicy;
import org.postseal.policy.settings.Partners;
import org.postseal.policy.settings.Setting;
import org.postseal.policy.telling.PolicyDescriber;
import org.postseal.policy.telling.PolicyDescription;
import org.postseal.policy.wording.Wording;
import org.postseal.policy.yaml.Problem;
import org.postseal.policy.yaml.Problems;

/**
 * The policy in force: {@code internal} domains, mailbox policies and ordered rules, of which the first match decides.
 * Immutable, thread-safe.
 */
public final class RuleSet {
    private final Policy policy;
    private final String sha256;
    private final Optional<Release> release;
    private final List<Problems.Later> later;

    private RuleSet(Policy policy, String sha256, Optional<Release> release, List<Problems.Later> later) {
        this.later = later;
        this.policy = policy;
        this.sha256 = sha256;
        this.release = release;
    }

    public sealed interface Reading {
        /** Returns every problem in the order of lines. */
        List<Problem> problems();
    }

    /** The policy can be put in force. */
    public record Loaded(RuleSet ruleSet, List<Problem> warnings) implements Reading {
        @Override
        public List<Problem> problems() {
            return warnings;
        }
    }

    /** The policy cannot be put in force; at least one of the problems is an error. */
    public record Broken(List<Problem> problems) implements Reading {}

    /**
     * Reads the text of a policy.
     *
     * @param fileName the name as the admin gave it, for the problems
     */
    public static Reading read(String fileName, String yaml) {
        Problems problems = new Problems(fileName);
        String sha256 = Digest.SHA_256.hex(yaml.getBytes(StandardCharsets.UTF_8));
        return PolicyReader.read(yaml, problems)
                .<Reading>map(policy ->
                        new Loaded(new RuleSet(policy, sha256, Optional.empty(), problems.later()), problems.all()))
                .orElseGet(() -> new Broken(problems.all()));
    }

    /**
     * Decides for one recipient. It never throws for a message, whatever its content; a fact that is not available
     * leads to {@link Decision.Defer} if it matters.
     */
    public Ruling decide(Facts facts, DirectoryFacts certificates) {
        return decide(facts, certificates, Assumptions.NONE);
    }

    Ruling decide(Facts facts, DirectoryFacts certificates, Assumptions assumptions) {
        return release.map(lifting -> lifting.decide(policy, facts, certificates, assumptions))
                .orElseGet(() -> new Decider(policy, facts, certificates, assumptions).decide());
    }

    /**
     * Returns the same policy for a message that was held and that somebody has released: exactly what held it is
     * lifted. A message that would be held again is refused.
     *
     * @param reason why it was held
     * @param rule the id of the rule that held it back from a recipient; empty if no rule was asked
     */
    public RuleSet releasing(Reason reason, Function<MailAddress, String> rule) {
        return new RuleSet(policy, sha256, Optional.of(new Release(reason, rule)), later);
    }

    /**
     * Returns the rules in their order up to the one that matches or may match; {@link #decide} finds the same rule in
     * another way.
     */
    public List<TriedRule> tried(Facts facts, DirectoryFacts directory) {
        Asked asked = new Asked(facts, policy.internal(), directory);
        List<TriedRule> tried = new ArrayList<>();
        for (Rule rule : policy.rules()) {
            TriedRule next = TriedRule.of(rule, asked);
            tried.add(next);
            if (next.result() != TriedRule.Result.NO) {
                break;
            }
        }
        return tried;
    }

    /** Returns the warnings that hold on a day and did not always: a profile whose time is over. */
    public List<Problem> warnings(LocalDate day) {
        return later.stream()
                .filter(each -> !day.isBefore(each.from()))
                .map(Problems.Later::problem)
                .toList();
    }

    /** Returns true if this address is internal ({@code internal} of the policy). */
    public boolean isInternal(MailAddress address) {
        return policy.isInternal(address);
    }

    /**
     * Returns true if this address is internal, and its domain is not spelled as the policy spells it. An MTA compares
     * spellings, so it may deliver such mail to the outside.
     */
    public boolean isSpelledOtherwise(MailAddress address) {
        return policy.isSpelledOtherwise(address);
    }

    /** Returns the words in which people hear why their mail was refused. */
    public Wording wording() {
        return policy.wording();
    }

    public DomainSet internal() {
        return policy.internal();
    }

    /**
     * Returns the direction of mail to this recipient, before any of it is opened.
     *
     * @param originMaySubmit whether it is mail of our own users
     * @param sender the address of From, else that of the reverse path
     */
    public Direction direction(MailAddress recipient, boolean originMaySubmit, Optional<MailAddress> sender) {
        return Direction.of(policy.internal(), recipient, originMaySubmit, sender);
    }

    /**
     * Returns what distinguishes this recipient from others before the message is there.
     *
     * @param originMaySubmit whether it is mail of our own users
     * @param sender of the envelope; empty for the null path
     * @param directory asked for groups only
     */
    public EnvelopeClass envelopeClass(
            MailAddress recipient, boolean originMaySubmit, Optional<MailAddress> sender, DirectoryFacts directory) {
        return EnvelopeClass.of(policy, Facts.ofEnvelope(recipient, originMaySubmit, sender), directory);
    }

    /**
     * Returns the rights to open and trust mail to this recipient beyond what the rule says, by their own mailbox
     * policy. There are none for an external recipient, and none while a group that matters cannot be looked up.
     */
    public ReadingRights readingRights(MailAddress recipient, DirectoryFacts directory) {
        return ReadingRights.of(policy, recipient, directory);
    }

    /**
     * Returns the rights of the recipient, and those that mail from a partner adds to them where something outside the
     * encryption proves its From.
     *
     * @param isSignedOutside whether a valid signature of From stands around the encryption; asked only if it matters
     */
    public ReadingRights readingRights(
            MailAddress recipient, Facts.Message message, BooleanSupplier isSignedOutside, DirectoryFacts directory) {
        return readingRights(recipient, directory).with(PartnerRights.of(policy, recipient, message, isSignedOutside));
    }

    /** Returns our mail servers whose results of DMARC are believed. */
    public Partners.Trusted trustedServers() {
        return policy.mailboxPolicies().partners().trusted();
    }

    /**
     * Rules on a message that must not be looked into: it goes to the quarantine as it came. No rule is asked, because
     * only the envelope is known. The result is empty if the policy names no quarantine. The quarantine is internal, so
     * it is no way out for mail that must be encrypted.
     */
    public Optional<Ruling> unread(MailAddress recipient, boolean originMaySubmit, Reason reason) {
        return policy.quarantine()
                .map(place -> new Ruling(
                        recipient,
                        new Decision.Redirect(place, reason),
                        new Explanation(
                                Direction.ofEnvelope(isInternal(recipient), originMaySubmit),
                                "",
                                "",
                                List.of("no rule is asked: " + reason.auditText())),
                        Optional.empty()));
    }

    /**
     * Rules on a message that a gateway answers in the recipient's name, such as the challenge of an authority. No rule
     * is asked, because the message is meant for the gateway and nobody gets it. The answer tells nothing of anybody's
     * mail, so it may leave in clear.
     *
     * @param why says for the explanation what the message is and how that is known
     */
    public Ruling answered(MailAddress recipient, MailAddress to, String why) {
        return new Ruling(
                recipient,
                new Decision.Answer(to),
                new Explanation(
                        Direction.ofEnvelope(isInternal(recipient), false),
                        "",
                        "",
                        List.of("no rule is asked: " + why)),
                Optional.empty());
    }

    /**
     * Returns the source of permits to relay everything as it came, for a gateway that only records what this policy
     * decides.
     */
    public Observation observe() {
        return new Observation();
    }

    /** Returns the SHA-256 of the policy text in lower-case hex, which the audit log names. */
    public String sha256() {
        return sha256;
    }

    /** Describes the policy in words, for people who read it and do not write it. */
    public PolicyDescription described() {
        return PolicyDescriber.describe(policy);
    }

    /** Returns what the policy demands to be encrypted, and what each demand lets through all the same. */
    public DemandsToEncrypt demandsToEncrypt() {
        return new DemandFinder(policy).find();
    }

    /**
     * Returns every setting for mail of an internal sender before a rule applies, with the level that gives it. Only
     * groups that the policy lists count here.
     */
    public List<Setting> settingsOf(MailAddress sender) {
        return policy.mailboxPolicies().of(sender).explained();
    }

    /** Returns, by name, the groups whose members only a directory server knows. */
    public Map<String, DirectoryGroup> directoryGroups() {
        return Collections.unmodifiableMap(policy.groups().inDirectory());
    }

    /** Returns the line of a group in the policy; 0 if it is none of its groups. */
    public int lineOfGroup(String name) {
        return policy.groups().lines().getOrDefault(name, 0);
    }

    /** Returns the members of a group; empty if the policy has no such group. */
    public Optional<People> group(String name) {
        return policy.groups().members(name);
    }

    /**
     * Returns the people whom the {@code appliesTo} of a mailbox policy names, and everybody for {@code default}; empty
     * if there is no such mailbox policy.
     */
    public Optional<People> peopleOf(String mailboxPolicy) {
        return policy.mailboxPolicies().all().stream()
                .filter(each -> each.name().equals(mailboxPolicy))
                .findFirst()
                .map(each -> each.name().equals(MailboxPolicy.DEFAULT)
                        ? People.of(policy.internal())
                        : people(each.appliesTo()));
    }

    private People people(MailboxPolicy.Assignment named) {
        Set<MailAddress> addresses = new LinkedHashSet<>(named.users());
        Set<String> groups = new LinkedHashSet<>();
        for (String name : named.groups()) {
            policy.groups().members(name).ifPresent(members -> {
                addresses.addAll(members.addresses());
                groups.addAll(members.groups());
            });
        }
        DomainSet domains = new DomainSet();
        named.domains().forEach(domains::add);
        return new People(addresses, groups, domains);
    }

    Policy policy() {
        return policy;
    }

    /** Returns the values of the {@code smime} section that apply to the whole gateway. */
    public GatewayWishes wishes() {
        return GatewayWishes.of(policy.smime());
    }
}
