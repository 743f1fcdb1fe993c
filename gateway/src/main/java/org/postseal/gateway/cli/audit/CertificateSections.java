package org.postseal.gateway.cli.audit;

import java.nio.file.Files;
import java.nio.file.Path;
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
import org.postseal.certstore.CertificateId;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.StoreUnavailableException;
import org.postseal.certstore.database.CertificateDatabase;
import org.postseal.certstore.database.CertificateFilter;
import org.postseal.certstore.database.DatabaseException;
import org.postseal.certstore.database.StoredCertificate;
import org.postseal.certstore.source.FilesSource;
import org.postseal.gateway.audit.ReportSection;
import org.postseal.gateway.audit.ReportSection.Column;
import org.postseal.gateway.cli.CommandFailure;
import org.postseal.gateway.cli.ExitCode;
import org.postseal.gateway.config.GatewayConfig;

/** What a report says of the certificates that the configuration has, in its database and its folder. */
final class CertificateSections {
    private final Map<CertificateId, Found> found = new LinkedHashMap<>();

    private record Found(MailCertificate certificate, List<String> sources) {}

    private CertificateSections() {}

    /**
     * Reads them.
     *
     * @throws CommandFailure when what is configured cannot be read
     */
    static CertificateSections of(GatewayConfig config) {
        CertificateSections sections = new CertificateSections();
        switch (FilesSource.load(config.storeDirectory())) {
            case FilesSource.Load.Loaded(FilesSource files) -> {
                List<MailCertificate> withKey = files.certificatesWithKey();
                List<MailCertificate> anchors = files.anchors();
                files.certificates()
                        .forEach(each -> sections.add(
                                each, withKey.contains(each) ? "own" : anchors.contains(each) ? "trust" : "files"));
            }
            case FilesSource.Load.Refused refused ->
                throw new CommandFailure(
                        ExitCode.CONFIG,
                        "the store cannot be read: " + refused.problems().getFirst(),
                        "postseal check");
        }
        config.directory().database().filter(Files::exists).ifPresent(sections::read);
        return sections;
    }

    private void read(Path file) {
        try (CertificateDatabase database = CertificateDatabase.open(file)) {
            Optional<CertificateFilter> next = Optional.of(CertificateFilter.all(CertificateFilter.MAX_LIMIT));
            while (next.isPresent()) {
                CertificateFilter filter = next.get();
                List<StoredCertificate> page =
                        database.read(contents -> contents.certificates().list(filter));
                page.forEach(each -> each.entries().forEach(entry -> add(each.certificate(), entry.source())));
                next = page.size() < filter.limit()
                        ? Optional.empty()
                        : Optional.of(filter.following(page.getLast().certificate()));
            }
        } catch (DatabaseException | StoreUnavailableException e) {
            throw new CommandFailure(ExitCode.INPUT_OUTPUT, String.valueOf(e.getMessage()), "postseal cert list");
        }
    }

    private void add(MailCertificate certificate, String source) {
        List<String> sources = found.computeIfAbsent(certificate.id(), _ -> new Found(certificate, new ArrayList<>()))
                .sources();
        if (!sources.contains(source)) {
            sources.add(source);
        }
    }

    /** The tables. */
    List<ReportSection> sections(Instant now, Duration ahead) {
        List<Found> byEnd = found.values().stream()
                .sorted(Comparator.comparing((Found each) -> each.certificate().notAfter())
                        .thenComparing(each -> each.certificate().id().hex()))
                .toList();
        List<List<String>> expiring = byEnd.stream()
                .filter(each -> each.certificate().notAfter().isAfter(now)
                        && each.certificate().notAfter().isBefore(now.plus(ahead)))
                .map(each -> row(each, day(each.certificate().notAfter())))
                .toList();
        List<List<String>> weak = byEnd.stream()
                .filter(each -> each.certificate().notAfter().isAfter(now))
                .flatMap(each -> each.certificate().weakness().map(why -> row(each, why)).stream())
                .toList();
        return List.of(
                new ReportSection(
                        "Certificates that expire within " + ahead.toDays() + " days",
                        "Of the certificate directory and the folder of the configuration, the first to expire first.",
                        columns("Until"),
                        expiring),
                new ReportSection(
                        "Certificates with weak keys",
                        "Of the same, those that have not expired.",
                        columns("Weakness"),
                        weak),
                LintSection.of(found.values().stream()
                        .map(Found::certificate)
                        .filter(each -> each.notAfter().isAfter(now))
                        .toList()));
    }

    private static List<Column> columns(String first) {
        return List.of(
                Column.word(first),
                Column.word("Addresses"),
                Column.word("Subject"),
                Column.word("Source"),
                Column.word("SHA-256"));
    }

    private static List<String> row(Found each, String first) {
        MailCertificate certificate = each.certificate();
        return List.of(
                first,
                certificate.addresses().stream().map(MailAddress::toString).collect(Collectors.joining(" ")),
                certificate.x509().getSubjectX500Principal().getName(),
                String.join(", ", each.sources()),
                certificate.id().hex());
    }

    private static String day(Instant time) {
        return time.atZone(ZoneOffset.UTC).toLocalDate().toString();
    }
}
