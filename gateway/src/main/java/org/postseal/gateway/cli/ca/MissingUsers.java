package org.postseal.gateway.cli.ca;

import java.time.Instant;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Collectors;
import org.postseal.certstore.CertificateId;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.ca.CaFolder;
import org.postseal.certstore.ca.IssuedEntry;
import org.postseal.certstore.database.CertificateFilter;
import org.postseal.certstore.database.Contents;
import org.postseal.certstore.database.EntryState;
import org.postseal.certstore.database.PublicKeyId;
import org.postseal.certstore.database.StoredCertificate;
import org.postseal.certstore.database.WrappedKeys.Described;
import org.postseal.policy.RuleSet;

/**
 * Users of ours who have no certificate that is valid. Known are those whom keys and certificates of the database name, and those of the copies of directory servers in
 * it; one whose account is disabled is none. Of somebody with several addresses the first counts.
 */
final class MissingUsers {
    private final RuleSet rules;
    private final Contents contents;
    private final Set<CertificateId> revoked;
    private final Instant now;
    private final Map<MailAddress, Boolean> isServed = new LinkedHashMap<>();

    private MissingUsers(RuleSet rules, Contents contents, Set<CertificateId> revoked, Instant now) {
        this.rules = rules;
        this.contents = contents;
        this.revoked = revoked;
        this.now = now;
    }

    static List<MailAddress> find(CaAccess access, CaAccess.Folder option) {
        RuleSet rules = access.policy();
        Set<CertificateId> revoked;
        try (CaFolder folder = access.open(option)) {
            revoked = folder.index().entries().stream()
                    .filter(each -> each.revocation().isPresent())
                    .map(IssuedEntry::id)
                    .collect(Collectors.toSet());
        }
        return access.store()
                .read(database -> database.read(contents -> new MissingUsers(
                                rules, contents, revoked, access.store().now())
                        .find()));
    }

    private List<MailAddress> find() {
        people().forEach(this::look);
        return isServed.entrySet().stream()
                .filter(each -> !each.getValue())
                .map(Map.Entry::getKey)
                .toList();
    }

    /** The addresses of each person. */
    private List<List<MailAddress>> people() {
        List<List<MailAddress>> people = new ArrayList<>();
        Optional<PublicKeyId> last = Optional.empty();
        while (true) {
            List<Described> page = contents.wrappedKeys().list(last, PAGE);
            page.forEach(key -> key.certificates().forEach(each -> people.add(each.addresses())));
            if (page.size() < PAGE) {
                break;
            }
            last = Optional.of(page.getLast().key().id());
        }
        CertificateFilter filter = CertificateFilter.ofSource("own", PAGE);
        while (true) {
            List<StoredCertificate> page = contents.certificates().list(filter);
            page.forEach(each -> people.add(each.certificate().addresses()));
            if (page.size() < PAGE) {
                break;
            }
            filter = filter.following(page.getLast().certificate());
        }
        for (String source : contents.mirrors().sources()) {
            contents.mirrors().entryIds(source).stream()
                    .sorted()
                    .flatMap(id -> contents.mirrors().find(source, id).stream())
                    .filter(entry -> !entry.isDisabled())
                    .forEach(entry -> people.add(entry.addresses()));
        }
        return people;
    }

    private void look(List<MailAddress> person) {
        List<MailAddress> ours = person.stream().filter(rules::isInternal).toList();
        if (!ours.isEmpty() && !isServed.containsKey(ours.getFirst())) {
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

    private static final int PAGE = 500;
}
