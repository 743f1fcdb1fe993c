package org.postseal.policy.rule;

import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import java.util.stream.Stream;
import org.postseal.certstore.MailAddress;
import org.postseal.policy.condition.Asked;
import org.postseal.policy.outcome.HeaderChange;
import org.postseal.policy.people.DomainSet;
import org.postseal.policy.people.Groups;
import org.postseal.policy.rule.Action.HeaderEdits;
import org.postseal.policy.settings.MailboxPolicies;
import org.postseal.policy.settings.SmimeConfig;
import org.postseal.policy.wording.Wording;

/**
 * A policy as it was read. Immutable.
 *
 * @param internal our own domains
 * @param quarantine where mail goes that must not be delivered, if the policy names a place
 * @param index the rules in their order
 * @param smime the {@code smime} section, with the parameters that have no effect
 * @param wording says to people why their mail was refused
 */
public record Policy(
        DomainSet internal,
        Optional<MailAddress> quarantine,
        Groups groups,
        MailboxPolicies mailboxPolicies,
        RuleIndex index,
        SmimeConfig smime,
        Wording wording,
        Marks marks) {
    public Policy(
            DomainSet internal,
            Optional<MailAddress> quarantine,
            Groups groups,
            MailboxPolicies mailboxPolicies,
            RuleIndex index,
            SmimeConfig smime,
            Wording wording) {
        this(
                internal,
                quarantine,
                groups,
                mailboxPolicies,
                index,
                smime,
                wording,
                new Marks(
                        ofOurs(index, edits -> edits.ownTags().stream()),
                        ofOurs(index, HeaderEdits::ownFields).stream()
                                .<HeaderChange>map(HeaderChange.RemoveForged::new)
                                .toList()));
    }

    /**
     * What nobody outside may write.
     *
     * @param tags by which rules speak to our own users in a Subject
     * @param fields the removal of those fields by which rules speak to our own users
     */
    public record Marks(List<String> tags, List<HeaderChange> fields) {}

    private static List<String> ofOurs(RuleIndex index, Function<HeaderEdits, Stream<String>> own) {
        return index.rules().stream()
                .filter(Rule::mayReachOurs)
                .flatMap(rule -> own.apply(rule.action().asked().header()))
                .distinct()
                .sorted()
                .toList();
    }

    /** Returns the same policy with other rules. What nobody outside may write stays as it is. */
    public Policy with(List<Rule> others) {
        return new Policy(internal, quarantine, groups, mailboxPolicies, new RuleIndex(others), smime, wording, marks);
    }

    /** True if the address belongs to one of our own domains. */
    public boolean isInternal(MailAddress address) {
        return internal.has(address.domain());
    }

    /**
     * True if the domain of the address is one of our own, but in a spelling that the policy does not write. An MTA
     * that
     * compares spellings may deliver such mail elsewhere.
     */
    public boolean isSpelledOtherwise(MailAddress address) {
        return isInternal(address) && !internal.spells(address.domain());
    }

    public List<Rule> rules() {
        return index.rules();
    }

    /**
     * Returns the first rule that matches or may match, as {@link RuleIndex#first} finds it; empty if no rule matches,
     * as for mail that a rule may touch only if it names it.
     */
    public Optional<RuleIndex.Match> firstMatch(Asked asked, Runnable beforeLookingInside) {
        return firstMatch(asked, beforeLookingInside, _ -> true);
    }

    /** Returns the rules that may match by what stands outside an encryption. {@link RuleIndex#mayMatch} finds them. */
    public List<RuleIndex.Match> mayMatch(Asked asked, Predicate<RuleIndex.Match> isLast) {
        return index.mayMatch(asked.fromOutside(), isLast);
    }

    /** Returns the first rule that {@code counts} accepts and that matches or may match. */
    public Optional<RuleIndex.Match> firstMatch(Asked asked, Runnable beforeLookingInside, Predicate<Rule> counts) {
        return index.first(asked, beforeLookingInside, counts);
    }
}
