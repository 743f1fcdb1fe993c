package org.postseal.gateway.admin.cli.audit;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import org.postseal.certstore.MailCertificate;
import org.postseal.certstore.authority.lint.CertificateLint;
import org.postseal.certstore.authority.lint.Finding;
import org.postseal.gateway.admin.cli.support.Options;
import org.postseal.gateway.audit.search.ReportSection;
import org.postseal.gateway.audit.search.ReportSection.Column;

/**
 * What lint finds in the certificates of a report, grouped by rule, since one authority may make the same mistake in
 * each of a thousand certificates.
 */
final class LintSection {
    private LintSection() {}

    private record Broken(Finding.Severity severity, String rule, String section) {}

    static ReportSection of(List<MailCertificate> certificates) {
        Map<Broken, Long> counts = new TreeMap<>(Comparator.comparing(Broken::severity)
                .thenComparing(Broken::rule)
                .thenComparing(Broken::section));
        for (MailCertificate certificate : certificates) {
            CertificateLint.check(certificate).stream()
                    .filter(each -> each.severity() != Finding.Severity.NOTICE)
                    .map(each -> new Broken(each.severity(), each.rule(), each.section()))
                    .distinct()
                    .forEach(each -> counts.merge(each, 1L, Long::sum));
        }
        return new ReportSection(
                "Certificates that break rules of the lint",
                "These are the errors and warnings of the same certificates by rule;"
                        + " postseal cert lint --all names each certificate.",
                List.of(
                        Column.word("Severity"),
                        Column.word("Rule"),
                        Column.word("Section"),
                        Column.number("Certificates")),
                counts.entrySet().stream()
                        .map(each -> List.of(
                                Options.word(each.getKey().severity()),
                                each.getKey().rule(),
                                each.getKey().section(),
                                each.getValue().toString()))
                        .toList());
    }
}
