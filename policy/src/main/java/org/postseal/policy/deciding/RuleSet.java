package org.postseal.policy.deciding;

import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.postseal.certstore.Digest;
import org.postseal.certstore.MailAddress;
import org.postseal.policy.analysis.DemandFinder;
import org.postseal.policy.analysis.DemandsToEncrypt;
import org.postseal.policy.condition.Asked;
import org.postseal.policy.facts.Direction;
import org.postseal.policy.facts.DirectoryFacts;
import org.postseal.policy.facts.Facts;
import org.postseal.policy.header.HeaderKnowledge;
import org.postseal.policy.outcome.Decision;
import org.postseal.policy.outcome.Explanation;
import org.postseal.policy.outcome.Reason;
import org.postseal.policy.people.DirectoryGroup;
import org.postseal.policy.reading.PolicyReader;
import org.postseal.policy.rule.Policy;
import org.postseal.policy.rule.Rule;
import org.postseal.policy.settings.GatewayWishes;
import org.postseal.policy.settings.Setting;
import org.postseal.policy.telling.PolicyDescriber;
import org.postseal.policy.telling.PolicyDescription;
import org.postseal.policy.yaml.Problem;
import org.postseal.policy.yaml.Problems;

/**
 * The policy in force: {@code internal} domains, mailbox policies and ordered rules, the first match of which decides.
 * Immutable, thread-safe.
 */
public final class RuleSet {
    private final Policy policy;
    private final String sha256;

    private RuleSet(Policy policy, String sha256) {
        this.policy = policy;
        this.sha256 = sha256;
    }

    /** What reading a policy comes to. */
    public sealed interface Reading {
        /** Every problem found, by line. */
        List<Problem> problems();
    }

    /** It can be put in force. */
    public record Loaded(RuleSet ruleSet, List<Problem> warnings) implements Reading {
        @Override
        public List<Problem> problems() {
            return warnings;
        }
    }

    /** It cannot; at least one of the problems is an error. */
    public record Broken(List<Problem> problems) implements Reading {}

    /**
     * Reads the text of a policy.
     *
     * @param fileName as the admin named it, for the problems
     */
    public static Reading read(String fileName, String yaml) {
        Problems problems = new Problems(fileName);
        String sha256 = Digest.SHA_256.hex(yaml.getBytes(StandardCharsets.UTF_8));
        return PolicyReader.read(yaml, problems)
                .<Reading>map(policy -> new Loaded(new RuleSet(policy, sha256), problems.all()))
                .orElseGet(() -> new Broken(problems.all()));
    }

    /**
     * Decides for one recipient. It never throws for a message, whatever is in it; a fact that cannot be had leads to
     * {@link Decision.Defer} where it matters.
     */
    public Ruling decide(Facts facts, DirectoryFacts certificates) {
        return decide(facts, certificates, HeaderKnowledge.AT_HAND);
    }

    Ruling decide(Facts facts, DirectoryFacts certificates, HeaderKnowledge headers) {
        return new Decider(policy, facts, certificates, headers).decide();
    }

    /** The rules in their order up to the one that matches or may match, as {@link #decide} finds it in another way. */
    public List<TriedRule> tried(Facts facts, DirectoryFacts directory) {
        Asked asked = new Asked(facts, Direction.of(policy.internal(), facts), directory);
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

    /** Whether this address belongs to us ({@code internal} of the policy). */
    public boolean isInternal(MailAddress address) {
        return policy.isInternal(address);
    }

    /**
     * Which way mail to this recipient goes, before anything of it is opened.
     *
     * @param originMaySubmit whether it is our own users' mail
     * @param sender the address of From, else that of the reverse path
     */
    public Direction direction(MailAddress recipient, boolean originMaySubmit, Optional<MailAddress> sender) {
        return Direction.of(policy.internal(), recipient, originMaySubmit, sender);
    }

    /**
     * What this recipient is told apart from others by before the message is there.
     *
     * @param originMaySubmit whether it is our own users' mail
     * @param sender of the envelope; empty for the null path
     * @param directory asked for groups only
     */
    public EnvelopeClass envelopeClass(
            MailAddress recipient, boolean originMaySubmit, Optional<MailAddress> sender, DirectoryFacts directory) {
        return EnvelopeClass.of(policy, Facts.ofEnvelope(recipient, originMaySubmit, sender), directory);
    }

    /**
     * What is opened and believed of mail to this recipient beyond the rule, by their own mailbox policy. It is
     * nothing for somebody who is not ours, and nothing while a group that matters cannot be asked for.
     */
    public ReadingRights readingRights(MailAddress recipient, DirectoryFacts directory) {
        return ReadingRights.of(policy, recipient, directory);
    }

    /**
     * For a message that must not be looked into: to the quarantine, as it came, which no rule is asked about since
     * nothing is known of the message but its envelope. Empty where the policy names no quarantine. The quarantine is
     * internal, and so no way out for what has to be encrypted.
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

    /** The permits to relay everything as it came, for a gateway that only records what this policy decides. */
    public Observation observe() {
        return new Observation();
    }

    /** SHA-256 of the policy text, lower-case hex: what the audit log names. */
    public String sha256() {
        return sha256;
    }

    /** What it says, in words: for who reads it and does not write it. */
    public PolicyDescription described() {
        return PolicyDescriber.describe(policy);
    }

    /** What must be encrypted by it, and what it lets through all the same. */
    public DemandsToEncrypt demandsToEncrypt() {
        return new DemandFinder(policy).find();
    }

    /**
     * Every setting that counts for mail of a sender of ours before a rule speaks, with the level that gives it. Of the
     * groups, only those that the policy lists count here.
     */
    public List<Setting> settingsOf(MailAddress sender) {
        return policy.mailboxPolicies().of(sender).explained();
    }

    /** The groups whose members the caller's directory must know, by name. */
    public Map<String, DirectoryGroup> directoryGroups() {
        return Collections.unmodifiableMap(policy.groups().inDirectory());
    }

    /** The line of the policy on which a group stands; 0 for none of its groups. */
    public int lineOfGroup(String name) {
        return policy.groups().lines().getOrDefault(name, 0);
    }

    Policy policy() {
        return policy;
    }

    /** What the {@code smime} section wants of the gateway as a whole. */
    public GatewayWishes wishes() {
        return GatewayWishes.of(policy.smime());
    }
}
