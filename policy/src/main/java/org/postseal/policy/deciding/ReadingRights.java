package org.postseal.policy.deciding;

import java.util.EnumMap;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.postseal.certstore.MailAddress;
import org.postseal.policy.facts.DirectoryFacts;
import org.postseal.policy.outcome.Handling;
import org.postseal.policy.protection.EncryptionAlgorithm;
import org.postseal.policy.protection.LegacyAlgorithm;
import org.postseal.policy.rule.Policy;
import org.postseal.policy.settings.MailboxParameter;
import org.postseal.policy.settings.MailboxPolicies;
import org.postseal.policy.settings.Requirement;
import org.postseal.policy.settings.Settings;

/**
 * The rights to open and trust mail to one recipient beyond what the rule says, by the recipient's own mailbox policy
 * and for the sake of a partner who wrote it. They are asked for before anything is opened, so that they do not depend
 * on what is under a ciphertext.
 *
 * @param legacyBy algorithms out of date that are opened and trusted, each with the setting and the level that say so,
 *     for people
 * @param domainSignatures whether a signature of the sender's domain counts as the sender's (RFC 3183 §3)
 * @param domainSignaturesFrom the level that says so, for people
 * @param headerlessBy for people, the setting and the level by which text without a header section is opened although
 *     no tag protects it; empty if it stays closed
 * @param unproved for people, the partner for whose mail more would be read if something outside the encryption proved
 *     its From; empty if there is none
 */
public record ReadingRights(
        Map<LegacyAlgorithm, String> legacyBy,
        boolean domainSignatures,
        String domainSignaturesFrom,
        Optional<String> headerlessBy,
        Optional<String> unproved) {
    public static final ReadingRights NONE = new ReadingRights(Map.of(), false, "", Optional.empty(), Optional.empty());

    public ReadingRights {
        legacyBy = Map.copyOf(legacyBy);
    }

    public Set<LegacyAlgorithm> legacy() {
        return legacyBy.keySet();
    }

    /** Returns why a ciphertext with this cipher stays closed for the recipient; an unknown cipher is never opened. */
    public Optional<Handling.Closed> obstacle(Optional<EncryptionAlgorithm> cipher) {
        return cipher.filter(known -> LegacyAlgorithm.allows(legacy(), known)).isPresent()
                ? Optional.empty()
                : Optional.of(Handling.Closed.CIPHER_NOT_ALLOWED);
    }

    /** Returns true if TripleDES may wrap the content key (RFC 3217 §3). */
    public boolean opensTripleDesWrap() {
        return LegacyAlgorithm.allows(legacy(), EncryptionAlgorithm.TRIPLE_DES);
    }

    static ReadingRights of(Settings settings) {
        Map<LegacyAlgorithm, String> legacy = new EnumMap<>(LegacyAlgorithm.class);
        for (MailboxParameter<Set<LegacyAlgorithm>> list :
                List.of(MailboxParameter.LEGACY_ALGORITHMS, MailboxParameter.READ_LEGACY_ALGORITHMS)) {
            Requirement<Set<LegacyAlgorithm>> named = settings.of(list);
            named.value().forEach(each -> legacy.putIfAbsent(each, list + " (" + named.level() + ")"));
        }
        Requirement<Boolean> domains = settings.of(MailboxParameter.DOMAIN_SIGNATURES);
        Requirement<Boolean> headerless = settings.of(MailboxParameter.OPEN_HEADERLESS);
        return new ReadingRights(
                legacy,
                domains.value(),
                domains.level().toString(),
                headerless.value()
                        ? Optional.of(MailboxParameter.OPEN_HEADERLESS + " (" + headerless.level() + ")")
                        : Optional.empty(),
                Optional.empty());
    }

    /** Returns these rights and what the others add to them. */
    ReadingRights with(ReadingRights others) {
        Map<LegacyAlgorithm, String> both = new EnumMap<>(LegacyAlgorithm.class);
        both.putAll(others.legacyBy);
        both.putAll(legacyBy);
        return new ReadingRights(
                both,
                domainSignatures || others.domainSignatures,
                domainSignatures ? domainSignaturesFrom : others.domainSignaturesFrom,
                headerlessBy.or(others::headerlessBy),
                others.unproved);
    }

    /**
     * Returns a recipient's rights by the levels of {@code policy}. There are none for an external recipient, and none
     * while a group that matters cannot be looked up.
     */
    static ReadingRights of(Policy policy, MailAddress recipient, DirectoryFacts directory) {
        if (!policy.isInternal(recipient)) {
            return NONE;
        }
        MailboxPolicies levels = policy.mailboxPolicies();
        Set<String> member = new HashSet<>();
        for (String group : levels.withSayOn(
                policy.groups().inDirectory().keySet(),
                Set.of(
                        MailboxParameter.LEGACY_ALGORITHMS,
                        MailboxParameter.READ_LEGACY_ALGORITHMS,
                        MailboxParameter.DOMAIN_SIGNATURES,
                        MailboxParameter.OPEN_HEADERLESS))) {
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
