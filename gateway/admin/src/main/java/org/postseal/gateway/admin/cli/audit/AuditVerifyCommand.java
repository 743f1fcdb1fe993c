package org.postseal.gateway.admin.cli.audit;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.postseal.gateway.admin.cli.support.CommandFailure;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.WrongUse;
import org.postseal.gateway.app.timestamp.KeptStamps;
import org.postseal.gateway.app.timestamp.StampFolder;
import org.postseal.gateway.app.timestamp.StampLists;
import org.postseal.gateway.app.timestamp.StampTrust;
import org.postseal.gateway.audit.AuditConfig;
import org.postseal.gateway.audit.TimestampConfig;
import org.postseal.gateway.audit.chain.ChainReport;
import org.postseal.gateway.audit.chain.ChainVerifier;
import org.postseal.gateway.audit.chain.FleetReport;
import org.postseal.gateway.audit.chain.FleetVerifier;
import org.postseal.gateway.audit.chain.KeptStamp;
import org.postseal.gateway.audit.evidence.EvidenceFolder;
import org.postseal.gateway.audit.record.AuditLine;
import org.postseal.gateway.audit.record.RecordField;
import org.postseal.gateway.audit.record.VisibleText;
import org.postseal.gateway.smime.timestamp.TimestampVerifier;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "verify",
        description = {
            "Check whether a record was changed, removed, added or moved since it was written.",
            "The command needs the files and the public key, but no gateway. Exit code 65 if something does not fit,",
            "75 if a log is so young that it is not signed yet.",
            "With --fleet it also finds logs that are missing, cut or written again, from what the others have seen."
        },
        footer = {
            "",
            "  postseal audit verify                                  # the log of the configuration",
            "  postseal audit verify --checkpoint kept.jsonl          # and whether it was cut back since then",
            "  postseal audit verify --checkpoint audit-000000004711.tsr",
            "  postseal audit verify --key audit-key.pem.pub audit-000000000001.jsonl.gz audit.jsonl",
            "  postseal audit verify --fleet logs                     # of all gateways, each in its folder"
        })
final class AuditVerifyCommand implements Callable<Integer> {
    private final AuditCommands audit;

    @Option(
            names = "--key",
            paramLabel = "FILE",
            description = "public key of checkpoints, in PEM; may be repeated; default: that of the configuration")
    private List<Path> keys = List.of();

    @Option(
            names = "--checkpoint",
            paramLabel = "FILE",
            description = {
                "a file that was kept elsewhere: lines with checkpoints, as in the log or in syslog;",
                "a time stamp, NAME.tsr, with its checkpoint NAME.json beside it; or a folder of such pairs"
            })
    private @Nullable Path checkpoint;

    @Option(
            names = "--trust",
            paramLabel = "FILE",
            description = "trust anchors of the authority that stamps, in PEM;"
                    + " default: audit.timestamp.trust of the configuration")
    private @Nullable Path trust;

    @Option(
            names = "--crl",
            paramLabel = "FILE",
            description = "revocation lists about the authority that stamps, in PEM or DER,"
                    + " in addition to those beside the stamps; may be repeated")
    private List<Path> lists = List.of();

    @Mixin
    private FleetOption fleet = new FleetOption();

    @Parameters(paramLabel = "FILE", arity = "0..*", description = "files of the log, oldest first")
    private List<Path> files = List.of();

    AuditVerifyCommand(AuditCommands audit) {
        this.audit = audit;
    }

    @Override
    public Integer call() {
        fleet.demandAlone(files);
        if (fleet.folder().isPresent()) {
            return verify(audit.fleet(fleet.folder().get()));
        }
        List<Path> trusted =
                keys.isEmpty() ? List.of(audit.config().checkpoint().publicKey()) : keys;
        List<List<Path>> logs = files.isEmpty() ? audit.logs() : List.of(files);
        List<ChainReport> reports = verify(logs, trusted);
        // A running gateway begins new files and removes old ones, so the list of files may have changed during the
        // check
        for (int i = 0; i < TRIES && files.isEmpty() && !isSound(reports); i++) {
            List<List<Path>> now = audit.logs();
            if (now.equals(logs)) {
                break;
            }
            logs = now;
            reports = verify(logs, trusted);
        }
        boolean isSound = true;
        boolean isTooYoung = false;
        for (int i = 0; i < logs.size(); i++) {
            ChainReport report = reports.get(i);
            print(logs.get(i).getLast(), report, "proven", proven(report));
            if (isTooYoung(logs.get(i), report)) {
                isTooYoung = true;
                audit.shell().problem("error: " + logs.get(i).getLast() + " is not signed yet");
            } else {
                isSound &= report.isSound();
                tellFindings(report);
            }
        }
        if (files.isEmpty()) {
            print(EvidenceFolder.unreadable(audit.config().evidence()));
        }
        if (isSound && isTooYoung) {
            audit.shell()
                    .hint("a gateway signs within %d s of the first record; verify the log again after that"
                            .formatted(signedWithin().toSeconds()));
            return ExitCode.TRY_AGAIN;
        }
        return isSound ? ExitCode.OK : ExitCode.REFUSED;
    }

    /** Returns true if nothing is wrong with a log, except that its first record is too young for a checkpoint. */
    private boolean isTooYoung(List<Path> log, ChainReport report) {
        if (!report.isOnlyUnsigned()) {
            return false;
        }
        try (BufferedReader lines = Files.newBufferedReader(log.getFirst())) {
            Instant begun = AuditLine.read(lines.readLine())
                    .flatMap(line -> line.first(RecordField.TIME))
                    .map(Instant::parse)
                    .orElse(Instant.MIN);
            Instant now = audit.shell().now();
            return !begun.isAfter(now) && begun.isAfter(now.minus(signedWithin()));
        } catch (IOException | DateTimeException unreadable) {
            return false;
        }
    }

    /** Returns the time within which the gateway that writes the log signs its records. */
    private Duration signedWithin() {
        return files.isEmpty() ? audit.config().checkpoint().every() : AuditConfig.CheckpointConfig.DEFAULT_EVERY;
    }

    private int verify(SortedMap<String, AuditConfig> nodes) {
        if (checkpoint != null || trust != null || !lists.isEmpty()) {
            throw new WrongUse("with --fleet, the logs are checked against each other,"
                    + " and not against --checkpoint, --trust and --crl");
        }
        FleetReport report;
        try {
            report = FleetVerifier.verify(nodes, keys);
        } catch (IOException e) {
            throw new CommandFailure(
                    ExitCode.INPUT_OUTPUT,
                    AuditCommands.message(e),
                    "put the public key (audit.checkpoint.publicKey) beside the log, or give those of all with --key");
        }
        PrintStream out = audit.shell().out();
        String node = "";
        for (FleetReport.NodeLog log : report.logs()) {
            if (!log.node().equals(node)) {
                node = log.node();
                out.printf("gateway     %s%n", node);
                log.keys().forEach(key -> out.printf("key         %s%n", key));
            }
            print(log.file(), log.report(), "seen", seen(log));
            tellFindings(log.report());
        }
        report.expired().forEach(log -> out.println("not here    " + VisibleText.of(log)));
        report.findings().forEach(finding -> audit.shell().problem("error: " + VisibleText.of(finding.toString())));
        if (!report.isSound()) {
            audit.shell()
                    .hint("a copy that is older than those of the others looks like one that was cut:"
                            + " copy that log again before you conclude anything");
            return ExitCode.REFUSED;
        }
        out.println("all logs of which one of the others has seen a checkpoint are here, and lead there");
        return ExitCode.OK;
    }

    private static String seen(FleetReport.NodeLog log) {
        return log.covered()
                .map(covered -> "to record %d of %s by %s; unproven after it"
                        .formatted(covered.to(), covered.time(), String.join(", ", covered.by())))
                .orElse("by no other log that is whole: only that shows whether the end was cut off");
    }

    /**
     * Prints the evidence files that cannot be read. They are no findings: the chain is whole without them, and another
     * reader may be allowed to read them.
     */
    private void print(EvidenceFolder.Unreadable unreadable) {
        if (unreadable.count() > 0) {
            audit.shell()
                    .out()
                    .printf(
                            "unreadable  %d of the files that records may name; you cannot check them:%n",
                            unreadable.count());
            unreadable.files().forEach(file -> audit.shell().out().println("            " + VisibleText.of(file)));
        }
    }

    private List<ChainReport> verify(List<List<Path>> logs, List<Path> trusted) {
        try {
            Optional<Path> kept = Optional.ofNullable(checkpoint);
            return ChainVerifier.verify(
                    logs,
                    trusted,
                    kept.filter(file -> !isOfStamps(file)),
                    stamps(kept.filter(AuditVerifyCommand::isOfStamps)));
        } catch (IOException e) {
            throw new CommandFailure(
                    ExitCode.INPUT_OUTPUT,
                    AuditCommands.message(e),
                    "postseal audit verify --key FILE LOG... reads the files of one log, oldest first");
        }
    }

    private static boolean isOfStamps(Path kept) {
        return StampFolder.isStamp(kept) || Files.isDirectory(kept);
    }

    /** Returns the time stamps that were kept elsewhere, or those beside the configured log. */
    private List<KeptStamp> stamps(Optional<Path> kept) throws IOException {
        if (kept.isPresent()) {
            TimestampVerifier verifier = StampTrust.verifier(trust().orElseThrow(() -> new CommandFailure(
                            ExitCode.CONFIG,
                            "no trust anchors of an authority that stamps are given",
                            "audit.timestamp.trust in the configuration, or --trust FILE")))
                    .knowing(StampLists.read(lists));
            List<KeptStamp> stamps = Files.isDirectory(kept.get())
                    ? KeptStamps.elsewhere(kept.get(), verifier)
                    : List.of(KeptStamps.read(kept.get(), verifier));
            if (stamps.isEmpty()) {
                throw new IOException(kept.get() + " holds no time stamp");
            }
            return stamps;
        }
        Optional<Path> anchors = files.isEmpty() ? trust() : Optional.empty();
        return anchors.isEmpty()
                ? List.of()
                : KeptStamps.besideLog(
                        audit.config().stamps(),
                        StampTrust.verifier(anchors.get()).knowing(StampLists.read(lists)));
    }

    private Optional<Path> trust() {
        // If files and keys are given, the configuration is not read
        boolean isWithout = !files.isEmpty() && !keys.isEmpty();
        return trust != null || isWithout
                ? Optional.ofNullable(trust)
                : audit.config().timestamp().map(TimestampConfig::trust);
    }

    private static boolean isSound(List<ChainReport> reports) {
        return reports.stream().allMatch(ChainReport::isSound);
    }

    /** @param label for what shows whether the end was cut off */
    private void print(Path log, ChainReport report, String label, String proven) {
        PrintStream out = audit.shell().out();
        out.printf("log         %s%n", log);
        out.printf(
                "records     %d to %d, %d in %d %s%n",
                report.first(),
                report.last(),
                report.records(),
                report.files(),
                report.files() == 1 ? "file" : "files");
        out.printf("signed      %s%n", signed(report));
        out.printf("%-10s  %s%n", label, proven);
        report.stamped()
                .ifPresent(stamped -> out.printf(
                        "stamped     to record %d at %s%n            %s%n",
                        stamped.to(),
                        VisibleText.of(stamped.stamp().toString()),
                        VisibleText.of(stamped.stamp().revocation())));
        if (report.isUnfinished()) {
            out.println("the last line has no end: it is being written, or a crash left it; it is no record");
        }
        if (report.isSound()) {
            out.println("no record up to " + report.signedTo() + " was changed, removed, added or moved");
        }
    }

    private void tellFindings(ChainReport report) {
        // What a finding names comes from the log and may hold any text.
        report.findings().forEach(finding -> audit.shell().problem("error: " + VisibleText.of(finding.toString())));
    }

    private static String signed(ChainReport report) {
        long left = report.last() - report.signedTo();
        return report.checkpoints() == 0
                ? "nothing: there is no checkpoint"
                : "to record %d by %d %s%s"
                        .formatted(
                                report.signedTo(),
                                report.checkpoints(),
                                report.checkpoints() == 1 ? "checkpoint" : "checkpoints",
                                left <= 1 ? "" : "; %d behind it not yet".formatted(left - 1));
    }

    private String proven(ChainReport report) {
        if (report.provenTo().isPresent()) {
            long proven = report.provenTo().get();
            return "to record %d by a checkpoint kept elsewhere; unproven after it".formatted(proven);
        }
        if (report.isErasedSince()) {
            return "nothing: the records that the checkpoints kept elsewhere cover were erased since, up to record %d"
                    .formatted(report.first() - 1);
        }
        return checkpoint == null
                ? "unproven after checkpoint %d: only a checkpoint kept elsewhere shows whether the end was cut off"
                        .formatted(report.signedTo())
                : "nothing";
    }

    private static final int TRIES = 3;
}
