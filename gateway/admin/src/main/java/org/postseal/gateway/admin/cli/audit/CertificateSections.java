package org.postseal.gateway.admin.cli.audit;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.database.CertificateDatabase;
import org.postseal.certstore.database.CertificateFilter;
import org.postseal.gateway.admin.cli.support.VisibleDirectory;
import org.postseal.gateway.audit.AuditConfig;
import org.postseal.gateway.audit.record.AddressHash;
import org.postseal.gateway.audit.search.ReportSection;
import org.postseal.gateway.audit.search.ReportSection.Column;

/**
 * The part of a report about certificates. It covers those in the configured database and folder, as far as the user
 * who makes the report may read them, and those that mail used. Confined to one thread.
 */
final class CertificateSections {
    private final Map<String, Found> found = new LinkedHashMap<>();
    private final List<String> hidden;
    private final Optional<AddressHash> hash;

    /**
     * @param whole the certificate; empty if only a record describes it
     * @param sources the places where it was found
     */
    private record Found(
            String id, Instant notAfter, String subject, Optional<MailCertificate> whole, List<String> sources) {}

    private CertificateSections(List<String> hidden, Optional<AddressHash> hash) {
        this.hidden = new ArrayList<>(hidden);
        this.hash = hash;
    }

    /**
     * Reads the certificates. If the log has hashes in place of addresses, the tables have hashes too. With addresses
     * in the tables, the report would tell who owns a certificate that a record names by its SHA-256.
     *
     * @param logs the logs; in a fleet, all hash addresses by the same key
     * @param named the certificates that records of the report's period name
     */
    static CertificateSections of(VisibleDirectory directory, List<AuditConfig> logs, NamedCertificates named) {
        CertificateSections sections = new CertificateSections(
                directory.hidden(), logs.getFirst().addressKey().map(AddressHash::new));
        List<MailCertificate> withKey = directory.files().certificatesWithKey();
        List<MailCertificate> anchors = directory.files().anchors();
        directory
                .files()
                .certificates()
                .forEach(each -> sections.add(
                        each, withKey.contains(each) ? "own" : anchors.contains(each) ? "trust" : "files"));
        boolean _ = directory.read(sections::read, sections.hidden::add).isPresent();
        logs.forEach(log -> named.kept(log, sections.hidden).forEach(each -> sections.add(each, LOG)));
        named.signers().forEach(sections::add);
        return sections;
    }

    /** Says in words what could not be read. */
    List<String> hidden() {
        return List.copyOf(hidden);
    }

    private boolean read(CertificateDatabase database) {
        database.certificates()
                .forEach(
                        CertificateFilter.all(CertificateFilter.MAX_LIMIT),
                        each -> each.entries().forEach(entry -> add(each.certificate(), entry.source())));
        return true;
    }

    private void add(MailCertificate certificate, String source) {
        add(
                new Found(
                        certificate.id().hex(),
                        certificate.notAfter(),
                        certificate.x509().getSubjectX500Principal().getName(),
                        Optional.of(certificate),
                        new ArrayList<>()),
                source);
    }

    private void add(String id, NamedCertificates.Signer signer) {
        add(new Found(id, signer.notAfter(), signer.subject(), Optional.empty(), new ArrayList<>()), LOG);
    }

    private void add(Found certificate, String source) {
        List<String> sources =
                found.computeIfAbsent(certificate.id(), _ -> certificate).sources();
        if (!sources.contains(source)) {
            sources.add(source);
        }
    }

    List<ReportSection> sections(Instant now, Duration ahead) {
        List<Found> byEnd = found.values().stream()
                .sorted(Comparator.comparing(Found::notAfter).thenComparing(Found::id))
                .toList();
        List<List<String>> expiring = byEnd.stream()
                .filter(each -> each.notAfter().isAfter(now) && each.notAfter().isBefore(now.plus(ahead)))
                .map(each -> row(each, day(each.notAfter())))
                .toList();
        List<List<String>> weak = byEnd.stream()
                .filter(each -> each.notAfter().isAfter(now))
                .flatMap(each -> each.whole().flatMap(MailCertificate::weakness).map(why -> row(each, why)).stream())
                .toList();
        return List.of(
                new ReportSection(
                        "Certificates that expire within " + ahead.toDays() + " days",
                        of() + " The first to expire comes first.",
                        columns("Until"),
                        expiring),
                new ReportSection(
                        "Certificates with weak keys",
                        "These are the ones of the same certificates that have not expired.",
                        columns("Weakness"),
                        weak),
                LintSection.of(found.values().stream()
                        .flatMap(each -> each.whole().stream())
                        .filter(each -> each.notAfter().isAfter(now))
                        .toList()));
    }

    private String of() {
        return hidden.isEmpty()
                ? "These are the certificates in the database and folder of the configuration,"
                        + " and those that mail of this period used (audit log)."
                : "These are not all certificates, see above:"
                        + " only those that mail of this period used (audit log), and what else could be read.";
    }

    private static List<Column> columns(String first) {
        return List.of(
                Column.word(first),
                Column.word("Addresses"),
                Column.word("Subject"),
                Column.word("Source"),
                Column.word("SHA-256"));
    }

    private List<String> row(Found each, String first) {
        return List.of(
                first,
                each.whole().stream()
                        .flatMap(certificate -> certificate.addresses().stream())
                        .map(MailAddress::toString)
                        .map(address -> hash.map(by -> by.of(address)).orElse(address))
                        .collect(Collectors.joining(" ")),
                hash.isEmpty()
                                || each.whole()
                                        .map(CertificateSections::isIssuer)
                                        .orElse(true)
                        ? each.subject()
                        : "",
                String.join(", ", each.sources()),
                each.id());
    }

    private static boolean isIssuer(MailCertificate certificate) {
        return certificate.x509().getBasicConstraints() >= 0;
    }

    private static String day(Instant time) {
        return time.atZone(ZoneOffset.UTC).toLocalDate().toString();
    }

    private static final String LOG = "audit log";
}
