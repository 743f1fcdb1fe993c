package org.postseal.gateway.admin.cli.audit;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.YearMonth;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.postseal.gateway.admin.cli.support.CommandFailure;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.OutputFile;
import org.postseal.gateway.admin.cli.support.VisibleDirectory;
import org.postseal.gateway.admin.page.HtmlPage;
import org.postseal.gateway.audit.AuditConfig;
import org.postseal.gateway.audit.search.AuditQuery;
import org.postseal.gateway.audit.search.AuditTally;
import org.postseal.gateway.audit.search.ReportSection;
import org.postseal.gateway.config.GatewayConfig;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;
import picocli.CommandLine.TypeConversionException;

@Command(
        name = "report",
        description = {
            "Count what happened in a period, and say which certificates expire.",
            "It counts outcomes, refusals by reason,"
                    + " mail that left unsigned or unencrypted by domain, algorithms and weak keys.",
            "The period is the last 30 days if none is given.",
            "The report names what cannot be read of the log, and the exit code is then 74."
                    + " For a user who may read only the log it knows",
            "the certificates that mail of the period used;"
                    + " it says which others it has not seen, and the exit code is 0."
        },
        footer = {
            "",
            "  postseal audit report --month 2026-11",
            "  postseal audit report --month 2026-11 --format html -o report-2026-11.html",
            "  postseal audit report --since 2026-11-01 --until 2026-11-08 --format csv",
            "  postseal audit report --month 2026-11 --fleet logs"
        })
final class AuditReportCommand implements Callable<Integer> {
    private final AuditCommands audit;

    @Option(
            names = "--month",
            paramLabel = "YYYY-MM",
            converter = MonthConverter.class,
            description = "a whole month, in UTC")
    private @Nullable YearMonth month;

    @Option(
            names = "--since",
            paramLabel = "TIME",
            description = "start of the period: 2026-11-26, 2026-11-26T10:00:00Z")
    private @Nullable Instant since;

    @Option(names = "--until", paramLabel = "TIME", description = "end of the period")
    private @Nullable Instant until;

    @Option(
            names = "--expiring",
            paramLabel = "DAYS",
            defaultValue = "60",
            description = "list certificates that expire within this many days; default: 60")
    private int expiring = 60;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "text",
            description = "format of the report: text, html or csv; default: text")
    private Format format = Format.text;

    @Option(
            names = {"-o", "--output"},
            paramLabel = "FILE",
            description = "write to this file, mode 0600; it is not changed if the command fails")
    private @Nullable Path output;

    @Mixin
    private FleetOption fleet = new FleetOption();

    @Parameters(
            paramLabel = "FILE",
            arity = "0..*",
            description = "files of the log, oldest first; default: those of the configuration")
    private List<Path> files = List.of();

    enum Format {
        text,
        html,
        csv
    }

    static final class MonthConverter implements ITypeConverter<YearMonth> {
        @Override
        public YearMonth convert(String text) {
            try {
                return YearMonth.parse(text);
            } catch (DateTimeException e) {
                throw new TypeConversionException("must be like 2026-11, not '" + text + "'");
            }
        }
    }

    AuditReportCommand(AuditCommands audit) {
        this.audit = audit;
    }

    @Override
    public Integer call() {
        Report report = report(audit.shell().configForReviewer(), audit.shell().now());
        String text = switch (format) {
            case text -> ReportText.of(report);
            case html -> HtmlPage.of(to -> JtereportGenerated.render(to, null, report));
            case csv -> ReportCsv.of(report);
        };
        if (output != null && Files.isDirectory(output)) {
            throw new CommandFailure(ExitCode.INPUT_OUTPUT, output + " cannot be written: it is a folder");
        }
        if (output == null) {
            audit.shell().out().print(text);
        } else {
            OutputFile.make(output, text.getBytes(StandardCharsets.UTF_8), "rw-------", true);
        }
        report.hidden().forEach(what -> audit.shell().hint("not in the tables of certificates: " + what));
        if (!report.missing().isEmpty()) {
            throw new CommandFailure(
                    ExitCode.INPUT_OUTPUT,
                    "the report is incomplete, and says so: not all of the log could be read",
                    "postseal audit verify says what is damaged");
        }
        return ExitCode.OK;
    }

    private Report report(GatewayConfig config, Instant now) {
        Instant from = month == null
                ? Optional.ofNullable(since).orElse(now.minus(DEFAULT))
                : month.atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant();
        Instant to = month == null
                ? Optional.ofNullable(until).orElse(now)
                : month.plusMonths(1).atDay(1).atStartOfDay(ZoneOffset.UTC).toInstant();
        if (!from.isBefore(to)) {
            throw new CommandFailure(
                    ExitCode.USAGE, "the period ends before it begins", "--since must be before --until");
        }
        AuditTally tally = new AuditTally();
        NamedCertificates named = new NamedCertificates();
        fleet.demandAlone(files);
        SortedMap<String, AuditConfig> nodes = fleet.folder().map(audit::fleet).orElseGet(TreeMap::new);
        LogSearch log =
                nodes.isEmpty() ? audit.search(files, List.of(), null, false) : audit.search(nodes, null, false);
        List<String> missing = new ArrayList<>(audit.unseen(nodes));
        // A search by time alone reports only the files that cannot be read
        missing.addAll(log.each(AuditQuery.ofTime(Optional.of(from), Optional.of(to)), line -> {
            tally.take(line);
            named.take(line);
        }));
        CertificateSections certificates = CertificateSections.of(
                VisibleDirectory.of(config, audit.shell().user()),
                nodes.isEmpty() ? List.of(config.audit()) : List.copyOf(nodes.values()),
                named);
        String host = nodes.isEmpty() ? config.hostName() : String.join(", ", nodes.keySet());
        List<ReportSection> sections = new ArrayList<>(tally.sections());
        sections.addAll(certificates.sections(now, Duration.ofDays(expiring)));
        return new Report(from, to, now, host, missing, certificates.hidden(), sections);
    }

    private static final Duration DEFAULT = Duration.ofDays(30);
}
