package org.postseal.gateway.admin.cli.ca;

import java.time.Instant;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.postseal.certstore.CertificateId;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.RevocationReason;
import org.postseal.certstore.authority.CaFolder;
import org.postseal.certstore.authority.Intermediate;
import org.postseal.certstore.authority.IssuedEntry;
import org.postseal.certstore.database.Contents;
import org.postseal.certstore.database.EntryState;
import org.postseal.policy.deciding.RuleSet;

/**
 * Finds our users who have no valid certificate. Users are known by the keys and certificates in the database and by
 * its copies of directory servers. A user with several addresses is known by the first one in our own domains. Users
 * who have left do not count: their account is disabled, or their newest certificate from here was revoked for a reason
 * that says that they are to have none.
 */
final class MissingUsers {
    private final RuleSet rules;
    private final Contents contents;
    private final Set<CertificateId> revoked;
    private final Set<MailAddress> gone;
    private final Instant now;
    private final Map<MailAddress, Boolean> isServed = new LinkedHashMap<>();

    private MissingUsers(
            RuleSet rules, Contents contents, List<IssuedEntry> entries, List<Integer> revokedIssuers, Instant now) {
        this.rules = rules;
        this.contents = contents;
        this.revoked = entries.stream()
                .filter(each -> each.revocation().isPresent() || revokedIssuers.contains(each.issuer()))
                .map(IssuedEntry::id)
                .collect(Collectors.toSet());
        this.gone = dismissed(entries);
        this.now = now;
    }

    /** Looks at every user whom the database knows. */
    static List<MailAddress> find(CaAccess access, CaAccess.Folder option) {
        return find(access, option, Optional.empty());
    }

    /**
     * Looks at these people only.
     *
     * @param people the addresses of each person
     */
    static List<MailAddress> among(CaAccess access, CaAccess.Folder option, List<List<MailAddress>> people) {
        return find(access, option, Optional.of(people));
    }

    private static List<MailAddress> find(
            CaAccess access, CaAccess.Folder option, Optional<List<List<MailAddress>>> only) {
        RuleSet rules = access.policy();
        List<IssuedEntry> entries;
        List<Integer> revokedIssuers;
        try (CaFolder folder = access.open(option)) {
            entries = folder.index().entries();
            revokedIssuers = CaAccess.tried(folder::revokedIntermediates).stream()
                    .map(Intermediate::number)
                    .toList();
        }
        return access.store()
                .read(database -> database.read(contents -> new MissingUsers(
                                rules,
                                contents,
                                entries,
                                revokedIssuers,
                                access.store().now())
                        .find(only)));
    }

    /**
     * Returns the addresses whose newest certificate was revoked for a reason that lies in the person, not in the key.
     */
    private static Set<MailAddress> dismissed(List<IssuedEntry> entries) {
        Map<MailAddress, IssuedEntry> newest = new LinkedHashMap<>();
        // The index is in the order of issue, so the newest certificate comes last
        entries.forEach(entry -> entry.addresses().forEach(address -> newest.put(address, entry)));
        return newest.entrySet().stream()
                .filter(each -> each.getValue()
                        .revocation()
                        .filter(word -> DISMISSALS.contains(word.reason()))
                        .isPresent())
                .map(Map.Entry::getKey)
                .collect(Collectors.toCollection(HashSet::new));
    }

    private List<MailAddress> find(Optional<List<List<MailAddress>>> only) {
        KnownPeople known = KnownPeople.read(contents);
        gone.addAll(known.disabled());
        only.orElse(known.people()).forEach(this::look);
        return isServed.entrySet().stream()
                .filter(each -> !each.getValue())
                .map(Map.Entry::getKey)
                .toList();
    }

    private void look(List<MailAddress> person) {
        List<MailAddress> ours = person.stream().filter(rules::isInternal).toList();
        if (!ours.isEmpty() && !gone.contains(ours.getFirst()) && !isServed.containsKey(ours.getFirst())) {
            isServed.put(ours.getFirst(), ours.stream().anyMatch(this::hasCertificate));
        }
    }

    private boolean hasCertificate(MailAddress address) {
        return contents.certificates().withAddress(address).stream()
                .filter(this::isValid)
                .anyMatch(each -> contents.certificates().find(each.id()).stream()
                        .flatMap(found -> found.entries().stream())
                        .anyMatch(entry -> entry.state() == EntryState.OWN));
    }

    private boolean isValid(MailCertificate certificate) {
        return !now.isBefore(certificate.notBefore())
                && !now.isAfter(certificate.notAfter())
                && !revoked.contains(certificate.id());
    }

    private static final Set<RevocationReason> DISMISSALS = Set.of(
            RevocationReason.AFFILIATION_CHANGED,
            RevocationReason.CESSATION_OF_OPERATION,
            RevocationReason.PRIVILEGE_WITHDRAWN);
}
