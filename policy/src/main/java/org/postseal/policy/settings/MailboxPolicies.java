package org.postseal.policy.settings;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import org.postseal.certstore.Domain;
import org.postseal.certstore.MailAddress;
import org.postseal.policy.people.DomainSet;
import org.postseal.policy.settings.Level.Rank;

/**
 * All mailbox policies, with an index of the senders that each is for, so that a look-up takes as long for ten
 * assignments as for a hundred thousand. Immutable.
 */
public final class MailboxPolicies {
    private final Map<String, MailboxPolicy> byName;
    private final Map<MailAddress, Set<String>> groupsByMember;
    private final Settings organisation;
    private final Map<MailAddress, MailboxPolicy> byUser = new HashMap<>();
    private final Map<String, List<MailboxPolicy>> byGroup = new HashMap<>();
    private final Map<String, MailboxPolicy> byDomain = new HashMap<>();
    private final Map<String, MailboxPolicy> byParentDomain = new HashMap<>();

    public MailboxPolicies(
            Map<String, MailboxPolicy> byName, Map<MailAddress, Set<String>> groupsByMember, SmimeConfig smime) {
        this.byName = byName;
        this.groupsByMember = groupsByMember;
        Settings base = Settings.BUILT_IN.with(smime);
        this.organisation = Optional.ofNullable(byName.get(MailboxPolicy.DEFAULT))
                .map(policy -> base.then(policy, Rank.ORGANISATION))
                .orElse(base);
        for (MailboxPolicy policy : byName.values()) {
            policy.appliesTo().users().forEach(user -> byUser.put(user, policy));
            policy.appliesTo()
                    .groups()
                    .forEach(group -> byGroup.computeIfAbsent(group, _ -> new ArrayList<>())
                            .add(policy));
            for (DomainSet.Entry entry : policy.appliesTo().domains()) {
                (entry.below() ? byParentDomain : byDomain).put(entry.domain().ascii(), policy);
            }
        }
    }

    /** Returns the policies as written, in their order. */
    public List<MailboxPolicy> all() {
        return List.copyOf(byName.values());
    }

    /** Returns the settings that {@code default} and {@code smime} give to everybody. */
    public Settings organisation() {
        return organisation;
    }

    /** Returns those groups that have a policy; no look-up is needed for the others. */
    public Set<String> withPolicy(Set<String> groups) {
        Set<String> with = new TreeSet<>(groups);
        with.retainAll(byGroup.keySet());
        return with;
    }

    /** Returns those groups whose policy, or a policy that it extends, sets one of these parameters. */
    public Set<String> withSayOn(Set<String> groups, Set<MailboxParameter<?>> parameters) {
        Set<String> with = withPolicy(groups);
        with.removeIf(group -> byGroup.getOrDefault(group, List.of()).stream()
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
        Settings settings = forDomain(sender.domain())
                .map(policy -> level(organisation, policy, Rank.DOMAIN))
                .orElse(organisation);
        Set<String> groups = new TreeSet<>(groupsByMember.getOrDefault(sender, Set.of()));
        groups.addAll(further);
        settings = forGroups(settings, groups);
        MailboxPolicy own = byUser.get(sender);
        return own == null ? settings : level(settings, own, Rank.USER);
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
                .flatMap(group -> byGroup.getOrDefault(group, List.of()).stream())
                .distinct()
                .map(policy -> level(base, policy, Rank.GROUP))
                .reduce(Settings::stricter)
                .orElse(base);
    }

    private Optional<MailboxPolicy> forDomain(Domain domain) {
        String name = domain.ascii();
        MailboxPolicy exact = byDomain.get(name);
        if (exact != null || byParentDomain.isEmpty()) {
            return Optional.ofNullable(exact);
        }
        // The longest wildcard that fits wins.
        for (int dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
            MailboxPolicy below = byParentDomain.get(name.substring(dot + 1));
            if (below != null) {
                return Optional.of(below);
            }
        }
        return Optional.empty();
    }
}
