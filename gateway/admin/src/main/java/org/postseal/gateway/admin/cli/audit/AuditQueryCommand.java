package org.postseal.gateway.admin.cli.audit;

import java.io.PrintStream;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.postseal.gateway.admin.cli.support.CommandFailure;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.audit.record.AuditLine;
import org.postseal.gateway.audit.record.RecordField;
import org.postseal.gateway.audit.record.VisibleText;
import org.postseal.gateway.audit.search.AuditQuery;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "query",
        description = {
            "Find records, newest first; every option narrows the search.",
            "Exit code: 65 if nothing is found, 74 if a part of the log cannot be read.",
            "Subjects and text of mail are not in the log: look for addresses, times and ids.",
            "Whole values (Message-ID, address, rule, reason, SHA-256) are found by the index,"
                    + " fragments (--part) by reading everything.",
            "Lines of the chain itself (first line of a file, checkpoints, removed files) are no records:"
                    + " only --part finds them, as in --part chain-erased."
        },
        footer = {
            "",
            "  postseal audit query --address partner.example --outcome failure --since 2026-11-01",
            "  postseal audit query --message 20261126.4711@ours.example --format json",
            "  postseal audit query --part 4711 --part invoice@",
            "  postseal audit query --certificate 3f9a --format csv > uses.csv",
            "  postseal audit query --part chain-erased              # files that the gateway has removed",
            "  postseal audit query --fleet logs --address partner.example"
        })
final class AuditQueryCommand implements Callable<Integer> {
    private final AuditCommands audit;

    @Option(
            names = "--since",
            paramLabel = "TIME",
            description = "only records at or after this time: 2026-11-26, 2026-11-26T10:00:00Z")
    private @Nullable Instant since;

    @Option(names = "--until", paramLabel = "TIME", description = "only records before this time")
    private @Nullable Instant until;

    @Option(
            names = "--address",
            paramLabel = "ADDRESS",
            description = "whole address of a sender or recipient, or the domain of one")
    private @Nullable String address;

    @Option(
            names = "--message",
            paramLabel = "ID",
            description = "whole Message-ID, or a queue id: ours, that of the MTA before us, or that of the next hop")
    private @Nullable String message;

    @Option(names = "--rule", paramLabel = "ID", description = "id of the rule that matched")
    private @Nullable String rule;

    @Option(
            names = "--outcome",
            paramLabel = "OUTCOME",
            description =
                    "success or failure; or of a recipient: delivered, redirected, answered, refused (5xx) or deferred (4xx)")
    private @Nullable Outcome outcome;

    @Option(names = "--reason", paramLabel = "NAME", description = "a reason such as NO_RECIPIENT_CERTIFICATE")
    private @Nullable String reason;

    @Option(names = "--direction", paramLabel = "DIRECTION", description = "outbound, inbound, internal or forwarded")
    private @Nullable Direction direction;

    @Option(
            names = "--certificate",
            paramLabel = "SHA256",
            description = "SHA-256 of a certificate that was used, or a part of it")
    private @Nullable String certificate;

    @Option(
            names = "--part",
            paramLabel = "TEXT",
            description = "a part of any value, in upper or lower case; may be repeated, and then all must be there")
    private List<String> parts = List.of();

    @Option(names = "--admin", description = "search the log of changes, not that of messages")
    private boolean isAdmin;

    @Option(
            names = "--format",
            paramLabel = "FORMAT",
            defaultValue = "table",
            description = "format of the output: table, json (the records as they are) or csv; default: table")
    private Format format = Format.table;

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "1000",
            description = "list at most this many; default: 1000")
    private int limit = 1000;

    @Option(
            names = "--key",
            paramLabel = "FILE",
            description = "public key of the log, so that indexes of given files are used; may be repeated")
    private List<Path> keys = List.of();

    @Option(
            names = "--address-key",
            paramLabel = "FILE",
            description = "key of hashed addresses in given files, see audit.addresses")
    private @Nullable Path addressKey;

    @Mixin
    private FleetOption fleet = new FleetOption();

    @Parameters(
            paramLabel = "FILE",
            arity = "0..*",
            description = "files of the log, oldest first; default: those of the configuration")
    private List<Path> files = List.of();

    /** The constants are the words of the command line. */
    enum Outcome {
        success,
        failure,
        delivered,
        redirected,
        answered,
        refused,
        deferred
    }

    /** The constants are the words of the command line. */
    enum Direction {
        outbound,
        inbound,
        internal,
        forwarded
    }

    /** The constants are the words of the command line. */
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
        AuditQuery query = AuditQuery.where()
                .from(Optional.ofNullable(since))
                .until(Optional.ofNullable(until))
                .message(Optional.ofNullable(message))
                .address(Optional.ofNullable(address))
                .rule(Optional.ofNullable(rule))
                .outcome(Optional.ofNullable(outcome).map(Enum::name))
                .reason(Optional.ofNullable(reason))
                .direction(Optional.ofNullable(direction).map(Enum::name))
                .certificate(Optional.ofNullable(certificate))
                .parts(parts)
                .query();
        Printer printer = new Printer(audit.shell().out());
        fleet.demandAlone(files);
        LogSearch log = fleet.folder().isPresent()
                ? audit.search(audit.fleet(fleet.folder().get()), addressKey, isAdmin)
                : audit.search(files, keys, addressKey, isAdmin);
        boolean isMore = log.newest(query, limit, printer::take);
        if (isMore) {
            audit.shell().hint("there are more, see --limit");
        }
        log.requireComplete();
        if (printer.isEmpty) {
            throw new CommandFailure(ExitCode.REFUSED, "no record matches", hint(log));
        }
        return ExitCode.OK;
    }

    private String hint(LogSearch log) {
        boolean hasKey = files.isEmpty() ? audit.config().addressKey().isPresent() : addressKey != null;
        if (address != null && address.contains("@") && !hasKey && isHashed(log)) {
            return "the log has hashes in the place of addresses,"
                    + " and their key (audit.addressKey, --address-key FILE) is not at hand: search by domain";
        }
        return parts.isEmpty()
                ? "--part TEXT finds a fragment of any value, as of an address or a Message-ID"
                : "parts of addresses, ids, rules and replies are found: subjects and text of mail are not in the log";
    }

    private static boolean isHashed(LogSearch log) {
        List<AuditLine> newest = new ArrayList<>();
        boolean _ = log.newest(AuditQuery.ALL, 20, newest::add);
        return newest.stream().anyMatch(AuditLine::isHashed);
    }

    private final class Printer {
        private final PrintStream out;
        private boolean isEmpty = true;

        Printer(PrintStream out) {
            this.out = out;
        }

        void take(AuditLine line) {
            boolean isFirst = isEmpty;
            isEmpty = false;
            switch (format) {
                case json -> out.println(VisibleText.of(line.text()));
                case table -> {
                    if (isFirst) {
                        node("NODE");
                        out.printf(AuditView.TABLE, "TIME", "QUEUE-ID", "OUTCOME", "FROM", "TO", "WHAT");
                    }
                    node(AuditView.value(line, RecordField.NODE));
                    out.print(AuditView.row(line));
                }
                case csv -> {
                    if (isFirst) {
                        out.print(AuditView.csvHeader());
                    }
                    out.print(AuditView.csv(line));
                }
            }
        }

        private void node(String name) {
            if (fleet.folder().isPresent()) {
                out.printf("%-12s  ", name);
            }
        }
    }
}
