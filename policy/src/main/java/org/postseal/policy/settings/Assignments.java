package org.postseal.policy.settings;

import java.util.ArrayList;
import java.util.Collection;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.postseal.certstore.Domain;
import org.postseal.certstore.MailAddress;
import org.postseal.policy.people.DomainSet;

/**
 * Finds mailbox policies, or partners, by the people that each applies to. A look-up takes as long for ten assignments
 * as for a hundred thousand. Immutable.
 */
final class Assignments {
    private final Map<MailAddress, MailboxPolicy> byUser = new HashMap<>();
    private final Map<String, List<MailboxPolicy>> byGroup = new HashMap<>();
    private final Map<String, MailboxPolicy> byDomain = new HashMap<>();
    private final Map<String, MailboxPolicy> byParentDomain = new HashMap<>();

    Assignments(Collection<MailboxPolicy> policies) {
        for (MailboxPolicy policy : policies) {
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

    Optional<MailboxPolicy> toUser(MailAddress user) {
        return Optional.ofNullable(byUser.get(user));
    }

    List<MailboxPolicy> toGroup(String group) {
        return byGroup.getOrDefault(group, List.of());
    }

    /** Returns the policy of a domain: the exact name before a wildcard, and the longest wildcard that fits first. */
    Optional<MailboxPolicy> toDomain(Domain domain) {
        String name = domain.ascii();
        MailboxPolicy exact = byDomain.get(name);
        if (exact != null || byParentDomain.isEmpty()) {
            return Optional.ofNullable(exact);
        }
        for (int dot = name.indexOf('.'); dot >= 0; dot = name.indexOf('.', dot + 1)) {
            MailboxPolicy below = byParentDomain.get(name.substring(dot + 1));
            if (below != null) {
                return Optional.of(below);
            }
        }
        return Optional.empty();
    }
}
