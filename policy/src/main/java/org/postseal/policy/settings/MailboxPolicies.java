package org.postseal.policy.settings;

import java.util.ArrayList;
import java.util.Collection;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.postseal.certstore.MailAddress;
import org.postseal.policy.settings.Level.Rank;

/**
 * All mailbox policies, and how those for a sender come to one value for each setting. Immutable.
 */
public final class MailboxPolicies {
    private final Map<String, MailboxPolicy> byName;
    private final Map<MailAddress, Set<String>> groupsByMember;
    private final Partners partners;
    private final Settings organisation;
    private final Assignments assigned;

    /** Makes the policies of our own people, without any partners. */
    public MailboxPolicies(
            Map<String, MailboxPolicy> byName, Map<MailAddress, Set<String>> groupsByMember, SmimeConfig smime) {
        this.byName = byName;
        this.groupsByMember = groupsByMember;
        this.partners = Partners.NONE;
        this.assigned = new Assignments(byName.values());
        Settings base = Settings.BUILT_IN.with(smime);
        this.organisation = Optional.ofNullable(byName.get(MailboxPolicy.DEFAULT))
                .map(policy -> base.then(policy, Rank.ORGANISATION))
                .orElse(base);
    }

    private MailboxPolicies(MailboxPolicies own, Partners partners) {
        this.byName = own.byName;
        this.groupsByMember = own.groupsByMember;
        this.partners = partners;
        this.assigned = own.assigned;
        this.organisation = own.organisation;
    }

    /** Returns the same policies of our own people, with these partners. */
    public MailboxPolicies with(Partners others) {
        return new MailboxPolicies(this, others);
    }

    /** Returns the policies as written, in their order. */
    public List<MailboxPolicy> all() {
        return List.copyOf(byName.values());
    }

    /** Returns what holds for people outside with whom our own people write. */
    public Partners partners() {
        return partners;
    }

    /** Returns the settings that {@code default} and {@code smime} give to everybody. */
    public Settings organisation() {
        return organisation;
    }

    /** Returns those groups that have a policy; no look-up is needed for the others. */
    public Set<String> withPolicy(Set<String> groups) {
        Set<String> with = new TreeSet<>(groups);
        with.removeIf(group -> assigned.toGroup(group).isEmpty());
        return with;
    }

    /** Returns those groups whose policy, or a policy that it extends, sets one of these parameters. */
    public Set<String> withSayOn(Set<String> groups, Set<MailboxParameter<?>> parameters) {
        Set<String> with = withPolicy(groups);
        with.removeIf(group -> assigned.toGroup(group).stream()
                .flatMap(policy -> chain(policy).stream())
                .noneMatch(policy -> parameters.stream()
                        .anyMatch(parameter -> policy.value(parameter).isPresent())));
        return with;
    }

    /** Returns the settings as {@link #of(MailAddress, Set)} does, for a sender who is in listed groups only. */
    public Settings of(MailAddress sender) {
        return of(sender, Set.of());
    }

    /**
     * Returns the settings for this sender's mail: those of the organisation, then of the domain, the groups and the
     * sender.
     *
     * @param further groups of the sender that a directory server knows
     */
    public Settings of(MailAddress sender, Set<String> further) {
        Settings ofDomain = assigned.toDomain(sender.domain())
                .map(policy -> level(organisation, policy, Rank.DOMAIN))
                .orElse(organisation);
        Set<String> groups = new TreeSet<>(groupsByMember.getOrDefault(sender, Set.of()));
        groups.addAll(further);
        Settings ofGroups = forGroups(ofDomain, groups);
        return assigned.toUser(sender)
                .map(own -> level(ofGroups, own, Rank.USER))
                .orElse(ofGroups);
    }

    /** Returns the strictest settings that any policy gives to anybody. */
    public Settings strictest() {
        return byName.values().stream()
                .map(policy -> level(organisation, policy, Rank.USER))
                .reduce(organisation, Settings::stricter);
    }

    /**
     * Applies a policy to a base, after the policies that it extends; {@code default} is part of every base already.
     */
    public Settings level(Settings base, MailboxPolicy policy, Rank rank) {
        Settings settings = base;
        for (MailboxPolicy link : chain(policy)) {
            settings = settings.then(link, rank);
        }
        return settings;
    }

    /**
     * Returns the names of the policies that name this profile, or extend one that does. All extend {@code default}.
     */
    public Set<String> under(Profile profile) {
        return byName.values().stream()
                .filter(policy -> Stream.concat(
                                Stream.ofNullable(byName.get(MailboxPolicy.DEFAULT)), chain(policy).stream())
                        .anyMatch(link -> link.profile().equals(Optional.of(profile))))
                .map(MailboxPolicy::name)
                .collect(Collectors.toSet());
    }

    private List<MailboxPolicy> chain(MailboxPolicy policy) {
        List<MailboxPolicy> chain = new ArrayList<>();
        Optional<MailboxPolicy> next = Optional.of(policy);
        while (next.isPresent() && !next.get().name().equals(MailboxPolicy.DEFAULT)) {
            chain.addFirst(next.get());
            next = next.get().parent().map(byName::get);
        }
        return chain;
    }

    private Settings forGroups(Settings base, Collection<String> groups) {
        return groups.stream()
                .flatMap(group -> assigned.toGroup(group).stream())
                .distinct()
                .map(policy -> level(base, policy, Rank.GROUP))
                .reduce(Settings::stricter)
                .orElse(base);
    }
}
