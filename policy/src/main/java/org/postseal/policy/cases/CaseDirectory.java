package org.postseal.policy.cases;

import java.util.Map;
import java.util.Optional;
import java.util.Set;
import org.postseal.certstore.CertificateStatus;
import org.postseal.certstore.KeyPlace;
import org.postseal.certstore.MailAddress;
import org.postseal.policy.facts.DirectoryFacts;
import org.postseal.policy.protection.DomainAuthority;

/**
 * The {@code directory} of a case: what it supposes about certificates, keys and groups. An address that it does not
 * name has no certificate, no key and no group. Immutable.
 *
 * @param members of groups, by the group's name
 */
record CaseDirectory(
        Answers<DirectoryFacts.Fact> certificates,
        Answers<Key> keys,
        Map<String, Answers<DirectoryFacts.Membership>> members) {
    static final CaseDirectory EMPTY = new CaseDirectory(new Answers<>(Map.of()), new Answers<>(Map.of()), Map.of());

    /**
     * A signing key.
     *
     * @param place where the key is, if there is one; {@code ANYWHERE} means in software
     */
    record Key(DirectoryFacts.Fact fact, KeyPlace place) {}

    CaseDirectory over(CaseDirectory defaults) {
        Map<String, Answers<DirectoryFacts.Membership>> groups = new java.util.HashMap<>(defaults.members);
        members.forEach((name, known) -> groups.merge(name, known, (theirs, ours) -> ours.over(theirs)));
        return new CaseDirectory(
                certificates.over(defaults.certificates), keys.over(defaults.keys), Map.copyOf(groups));
    }

    /**
     * Returns the answers for one recipient.
     *
     * @param encryptedFor the addresses that the message is encrypted for; if empty, it is encrypted for every
     *     recipient
     */
    DirectoryFacts factsFor(MailAddress recipient, Optional<MailAddress> from, Set<MailAddress> encryptedFor) {
        return new DirectoryFacts() {
            @Override
            public Match ciphertextMatch() {
                if (encryptedFor.isEmpty() || encryptedFor.contains(recipient)) {
                    return new Match.ByCertificate();
                }
                return switch (recipientCertificate()) {
                    case Fact.Available _ -> new Match.ByNone();
                    case Fact.NotUsable(CertificateStatus status) -> new Match.NotKnown(status);
                    case Fact.LookupFailed(String why) -> new Match.LookupFailed(why);
                };
            }

            @Override
            public Fact recipientCertificate() {
                return certificates.of(recipient).orElse(MISSING);
            }

            @Override
            public Fact readerCertificate(MailAddress reader) {
                return certificates.of(reader).orElse(MISSING);
            }

            @Override
            public Fact signingKey(KeyPlace place) {
                return key(from, place);
            }

            @Override
            public Fact domainKey(KeyPlace place) {
                return key(from.map(DomainAuthority::addressFor), place);
            }

            @Override
            public Membership member(MailAddress who, String group) {
                return Optional.ofNullable(members.get(group))
                        .flatMap(known -> known.of(who))
                        .orElseGet(Membership.NotMember::new);
            }
        };
    }

    private DirectoryFacts.Fact key(Optional<MailAddress> owner, KeyPlace place) {
        Optional<Key> key = owner.flatMap(keys::of);
        boolean isElsewhere = place == KeyPlace.HARDWARE
                && key.filter(known -> known.fact() instanceof DirectoryFacts.Fact.Available
                                && known.place() != KeyPlace.HARDWARE)
                        .isPresent();
        return isElsewhere ? MISSING : key.map(Key::fact).orElse(MISSING);
    }

    private static final DirectoryFacts.Fact MISSING =
            new DirectoryFacts.Fact.NotUsable(new CertificateStatus.Missing());
}
