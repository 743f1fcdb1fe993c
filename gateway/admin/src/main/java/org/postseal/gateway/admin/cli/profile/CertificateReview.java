package org.postseal.gateway.admin.cli.profile;

import java.time.Instant;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Predicate;
import java.util.stream.Collectors;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.database.Blocks;
import org.postseal.certstore.database.CertificateDatabase;
import org.postseal.certstore.database.CertificateFilter;
import org.postseal.certstore.database.EntryState;
import org.postseal.certstore.database.StoredCertificate;
import org.postseal.certstore.files.FilesSource;
import org.postseal.gateway.admin.cli.support.CertificateName;
import org.postseal.gateway.admin.cli.support.VisibleDirectory;
import org.postseal.policy.settings.ProfileTable;
import org.postseal.policy.settings.ProfileTable.Use;

/**
 * Holds the certificates that are valid, not blocked and not held against a profile. A person with several certificates
 * needs one that fits for each use. Confined to one thread.
 */
final class CertificateReview {
    private final ProfileTable table;
    private final Predicate<MailAddress> isInternal;
    private final Instant now;
    private final Map<MailCertificate, Owner> certificates = new LinkedHashMap<>();
    private final List<String> hidden;

    /** Whose a certificate is; the first one counts. */
    enum Owner {
        WE(Finding.About.KEY),
        PARTNER(Finding.About.PARTNER),
        ISSUER(Finding.About.TRUST);

        private final Finding.About about;

        Owner(Finding.About about) {
            this.about = about;
        }
    }

    /**
     * A line of the inventory.
     *
     * @param isTaken whether the profile takes such keys, apart from its dates
     */
    record Kind(Owner owner, String key, boolean isTaken, long count) {}

    private CertificateReview(ProfileTable table, Predicate<MailAddress> isInternal, Instant now, List<String> hidden) {
        this.table = table;
        this.isInternal = isInternal;
        this.now = now;
        this.hidden = new ArrayList<>(hidden);
    }

    /** @param isInternal tells whether an address is one of our own, even if its key is not here */
    static CertificateReview of(
            VisibleDirectory directory, ProfileTable table, Predicate<MailAddress> isInternal, Instant now) {
        CertificateReview review = new CertificateReview(table, isInternal, now, directory.hidden());
        Set<Blocks.Target> blocked = new HashSet<>();
        List<StoredCertificate> stored = directory
                .read(database -> read(database, blocked), review.hidden::add)
                .orElse(List.of());
        stored.forEach(each -> review.add(each.certificate(), states(each).contains(EntryState.OWN)));
        FilesSource files = directory.files();
        Set<MailCertificate> ours = Set.copyOf(files.certificatesWithKey());
        files.certificates().forEach(each -> review.add(each, ours.contains(each)));
        review.certificates.keySet().removeIf(each -> isBlocked(each, blocked));
        return review;
    }

    private static List<StoredCertificate> read(CertificateDatabase database, Set<Blocks.Target> blocked) {
        List<StoredCertificate> used = new ArrayList<>();
        database.certificates().forEach(CertificateFilter.all(CertificateFilter.MAX_LIMIT), each -> {
            if (!UNUSED.containsAll(states(each))) {
                used.add(each);
            }
        });
        Optional<Blocks.Target> last = Optional.empty();
        do {
            Optional<Blocks.Target> after = last;
            List<Blocks.Block> page =
                    database.read(contents -> contents.blocks().list(after, CertificateFilter.MAX_LIMIT));
            page.forEach(each -> blocked.add(each.target()));
            last = page.isEmpty()
                    ? Optional.empty()
                    : Optional.of(page.getLast().target());
        } while (last.isPresent());
        return used;
    }

    private static Set<EntryState> states(StoredCertificate certificate) {
        return certificate.entries().stream()
                .map(StoredCertificate.Entry::state)
                .collect(Collectors.toSet());
    }

    private static boolean isBlocked(MailCertificate certificate, Set<Blocks.Target> blocked) {
        return blocked.contains(new Blocks.Target.Certificate(certificate.id()))
                || certificate.addresses().stream()
                        .anyMatch(address -> blocked.contains(new Blocks.Target.Address(address)));
    }

    private void add(MailCertificate certificate, boolean isOwn) {
        if (certificate.notAfter().isBefore(now) || certificate.notBefore().isAfter(now)) {
            return;
        }
        boolean isIssuer = certificate.x509().getBasicConstraints() >= 0;
        boolean isOurs = isOwn || certificate.addresses().stream().anyMatch(isInternal);
        Owner owner = isIssuer ? Owner.ISSUER : isOurs ? Owner.WE : Owner.PARTNER;
        // It may be ours in one place, and only known in another
        Owner _ = certificates.merge(certificate, owner, (one, other) -> one.compareTo(other) < 0 ? one : other);
    }

    private List<MailCertificate> of(Owner owner) {
        return certificates.entrySet().stream()
                .filter(each -> each.getValue() == owner)
                .map(Map.Entry::getKey)
                .toList();
    }

    /** Says in words what could not be read. */
    List<String> hidden() {
        return List.copyOf(hidden);
    }

    /** Counts the certificates by owner and kind of key. */
    List<Kind> inventory() {
        List<Kind> kinds = new ArrayList<>();
        for (Owner owner : Owner.values()) {
            Map<String, List<MailCertificate>> byKey = of(owner).stream()
                    .collect(Collectors.groupingBy(each -> each.keyKind().text(), TreeMap::new, Collectors.toList()));
            byKey.forEach((key, some) -> kinds.add(
                    new Kind(owner, key, table.whyNot(some.getFirst().keyKind()).isEmpty(), some.size())));
        }
        return kinds;
    }

    List<Finding> findings() {
        List<Finding> findings = new ArrayList<>();
        for (Owner owner : List.of(Owner.WE, Owner.PARTNER)) {
            Map<String, List<MailCertificate>> byAddress = new TreeMap<>();
            of(owner)
                    .forEach(each -> each.addresses()
                            .forEach(address -> byAddress
                                    .computeIfAbsent(address.toString(), _ -> new ArrayList<>())
                                    .add(each)));
            byAddress.forEach((address, all) -> findings.addAll(ofPerson(owner, address, all)));
        }
        of(Owner.ISSUER).stream()
                .map(each -> KeyVerdict.of(table, each, Use.SIGN))
                .filter(verdict -> !verdict.isFine())
                .map(verdict -> finding(
                        Owner.ISSUER,
                        verdict.certificate().x509().getSubjectX500Principal().getName(),
                        verdict,
                        "signs certificates"))
                .forEach(findings::add);
        return findings;
    }

    private List<Finding> ofPerson(Owner owner, String address, List<MailCertificate> all) {
        Map<KeyVerdict, String> found = new LinkedHashMap<>();
        for (Use use : Use.values()) {
            all.stream()
                    .filter(each -> KeyVerdict.isFor(each, use))
                    .map(each -> KeyVerdict.of(table, each, use))
                    .min(KeyVerdict.bestFirst())
                    .filter(best -> !best.isFine())
                    .ifPresent(best -> found.merge(
                            best,
                            use == Use.SIGN ? "signs" : "is encrypted to",
                            (one, other) -> one + " and " + other));
        }
        List<Finding> findings = new ArrayList<>();
        found.forEach((verdict, does) -> findings.add(finding(owner, address, verdict, does)));
        return findings;
    }

    private static Finding finding(Owner owner, String name, KeyVerdict verdict, String does) {
        MailCertificate certificate = verdict.certificate();
        String what = "%s (SHA-256 %s, until %s) of %s %s"
                .formatted(
                        certificate.keyKind().text(),
                        CertificateName.brief(certificate.id()),
                        KeyVerdict.day(certificate.notAfter()),
                        name,
                        does);
        String why = verdict.why().orElse("takes such keys alone only until the day before");
        return new Finding(
                owner.about,
                what + ", and the profile " + why,
                verdict.since(),
                switch (owner) {
                    case WE -> "we";
                    case PARTNER -> name;
                    case ISSUER -> "admin";
                },
                switch (owner) {
                    case WE -> "renew the key of " + name;
                    case PARTNER -> "get a new certificate";
                    case ISSUER -> "ask the authority for a successor, and take this one out";
                });
    }

    /** Nothing is encrypted to a certificate that is only in these states. */
    private static final Set<EntryState> UNUSED = Set.of(EntryState.HELD, EntryState.DISMISSED);
}
