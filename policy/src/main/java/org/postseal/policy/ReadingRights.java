package org.postseal.policy;

import java.util.HashSet;
import java.util.Set;
import org.postseal.certstore.MailAddress;

/**
 * What of mail to one recipient is opened and believed beyond the rule, by his own mailbox policy. Asked for before anything is opened, so that nothing about it hangs on what stands under a ciphertext.
 *
 * @param legacy algorithms out of date that are opened and believed
 * @param legacyFrom the level that says so, for a person to read
 * @param domainSignatures whether a signature of the sender's domain counts as his (RFC 3183 §3)
 * @param domainSignaturesFrom as {@code legacyFrom}
 */
public record ReadingRights(
        Set<LegacyAlgorithm> legacy, String legacyFrom, boolean domainSignatures, String domainSignaturesFrom) {
    /** Nothing beyond the rule. */
    public static final ReadingRights NONE = new ReadingRights(Set.of(), "", false, "");

    public ReadingRights {
        legacy = Set.copyOf(legacy);
    }

    static ReadingRights of(Settings settings) {
        Requirement<Set<LegacyAlgorithm>> legacy = settings.of(MailboxParameter.LEGACY_ALGORITHMS);
        Requirement<Boolean> domains = settings.of(MailboxParameter.DOMAIN_SIGNATURES);
        return new ReadingRights(
                legacy.value(),
                legacy.level().toString(),
                domains.value(),
                domains.level().toString());
    }

    /** Those of a recipient, as the levels of {@code policy} say; none for who is not ours, and none while a group that matters cannot be asked for. */
    static ReadingRights of(RuleSet policy, MailAddress recipient, DirectoryFacts directory) {
        if (!policy.isInternal(recipient)) {
            return NONE;
        }
        MailboxPolicies levels = policy.mailboxPolicies();
        Set<String> member = new HashSet<>();
        for (String group : levels.withSayOn(
                policy.directoryGroups().keySet(),
                Set.of(MailboxParameter.LEGACY_ALGORITHMS, MailboxParameter.DOMAIN_SIGNATURES))) {
            switch (directory.member(recipient, group)) {
                case DirectoryFacts.Membership.Member _ -> member.add(group);
                case DirectoryFacts.Membership.NotMember _ -> {}
                case DirectoryFacts.Membership.LookupFailed _ -> {
                    return NONE;
                }
            }
        }
        return of(levels.of(recipient, member));
    }
}
