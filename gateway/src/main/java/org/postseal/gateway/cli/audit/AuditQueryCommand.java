package org.postseal.gateway.cli.audit;

import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.postseal.gateway.audit.AuditLine;
import org.postseal.gateway.audit.AuditQuery;
import org.postseal.gateway.audit.VisibleText;
import org.postseal.gateway.cli.ExitCode;
import org.postseal.gateway.cli.directory.Options;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code postseal audit query}. */
@Command(
        name = "query",
        description = "Find records, oldest first; every option narrows. Nothing found is exit code 65.",
        footer = {
            "",
            "  postseal audit query --address partner.example --outcome failure --since 2026-11-01",
            "  postseal audit query --message 20261126.4711@ours.example --format json",
            "  postseal audit query --certificate 3f9a --format csv > uses.csv"
        })
final class AuditQueryCommand implements Callable<Integer> {
    private final AuditCommands audit;

    @Option(
            names = "--since",
            paramLabel = "TIME",
            converter = Options.TimeConverter.class,
            description = "at 2026-11-26 or 2026-11-26T10:00:00Z, or later")
    private @Nullable Instant since;

    @Option(
            names = "--until",
            paramLabel = "TIME",
            converter = Options.TimeConverter.class,
            description = "before that time")
    private @Nullable Instant until;

    @Option(names = "--address", paramLabel = "PART", description = "in the address of sender or recipient")
    private @Nullable String address;

    @Option(
            names = "--message",
            paramLabel = "ID",
            description = "part of the Message-ID, or a queue id, ours or that of the MTA before us")
    private @Nullable String message;

    @Option(names = "--rule", paramLabel = "ID", description = "rule that matched")
    private @Nullable String rule;

    @Option(names = "--outcome", paramLabel = "OUTCOME", description = "success or failure")
    private @Nullable Outcome outcome;

    @Option(names = "--reason", paramLabel = "NAME", description = "such as CERTIFICATE_MISSING")
    private @Nullable String reason;

    @Option(names = "--certificate", paramLabel = "SHA256", description = "part of the SHA-256 of one that was used")
    private @Nullable String certificate;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "table",
            description = "table, json (the records as they are) or csv; default: table")
    private Format format = Format.table;

    @Option(names = "--limit", paramLabel = "N", defaultValue = "1000", description = "at most so many; default: 1000")
    private int limit = 1000;

    @Parameters(
            paramLabel = "FILE",
            arity = "0..*",
            description = "files of the log; default: those of the configuration")
    private List<Path> files = List.of();

    /** Words of the command line. */
    enum Outcome {
        success,
        failure
    }

    /** Words of the command line. */
    enum Format {
        table,
        json,
        csv
    }

    AuditQueryCommand(AuditCommands audit) {
        this.audit = audit;
    }

    @Override
    public Integer call() {
        AuditQuery query = new AuditQuery(
                Optional.ofNullable(since),
                Optional.ofNullable(until),
                Optional.ofNullable(address),
                Optional.ofNullable(message),
                Optional.ofNullable(rule),
                Optional.ofNullable(outcome).map(Enum::name),
                Optional.ofNullable(reason),
                Optional.ofNullable(certificate));
        Printer printer = new Printer(audit.console().out());
        boolean _ = audit.read(files, log -> {
            query.run(log, printer::take);
            return true;
        });
        printer.end(audit.console().err());
        return printer.found == 0 ? ExitCode.REFUSED : ExitCode.OK;
    }

    private final class Printer {
        private final PrintStream out;
        private long found;

        Printer(PrintStream out) {
            this.out = out;
        }

        void take(AuditLine line) {
            found++;
            if (found > limit) {
                return;
            }
            switch (format) {
                case json -> out.println(VisibleText.of(line.text()));
                case table -> {
                    if (found == 1) {
                        out.printf(AuditView.TABLE, "TIME", "QUEUE-ID", "OUTCOME", "FROM", "TO", "WHAT");
                    }
                    out.print(AuditView.row(line));
                }
                case csv -> {
                    if (found == 1) {
                        out.print(AuditView.csvHeader());
                    }
                    out.print(AuditView.csv(line));
                }
            }
        }

        void end(PrintStream err) {
            if (found > limit) {
                err.println("hint: " + (found - limit) + " more, see --limit");
            }
        }
    }
}
