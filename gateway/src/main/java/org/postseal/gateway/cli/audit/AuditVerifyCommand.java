package org.postseal.gateway.cli.audit;

import java.io.PrintStream;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.postseal.gateway.audit.ChainReport;
import org.postseal.gateway.audit.ChainVerifier;
import org.postseal.gateway.cli.ExitCode;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

/** {@code postseal audit verify}. */
@Command(
        name = "verify",
        description = {
            "Look whether a record was changed, removed, added or moved since it was written.",
            "Needs the files and the public key, no gateway. Exit code 65 when something does not fit."
        },
        footer = {
            "",
            "  postseal audit verify                                  # the log of the configuration",
            "  postseal audit verify --checkpoint kept.jsonl          # and whether it was cut back since then",
            "  postseal audit verify --key audit-key.pem.pub audit-000000000001.jsonl.gz audit.jsonl"
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
            description = "lines with checkpoints that were kept elsewhere, as in the log or in syslog")
    private @Nullable Path checkpoint;

    @Parameters(paramLabel = "FILE", arity = "0..*", description = "files of the log, oldest first")
    private List<Path> files = List.of();

    AuditVerifyCommand(AuditCommands audit) {
        this.audit = audit;
    }

    @Override
    public Integer call() {
        List<Path> trusted = keys.isEmpty()
                ? List.of(ChainVerifier.publicKey(audit.config().checkpoint().key()))
                : keys;
        List<List<Path>> logs = files.isEmpty() ? audit.logs() : List.of(files);
        boolean isSound = true;
        for (List<Path> log : logs) {
            isSound &= verify(log, trusted);
        }
        return isSound ? ExitCode.OK : ExitCode.REFUSED;
    }

    private boolean verify(List<Path> log, List<Path> trusted) {
        ChainReport report =
                audit.read(log, all -> ChainVerifier.verify(all, trusted, Optional.ofNullable(checkpoint)));
        print(log, report);
        return report.isSound();
    }

    private void print(List<Path> log, ChainReport report) {
        PrintStream out = audit.console().out();
        out.printf("log         %s%n", log.getLast());
        out.printf(
                "records     %d to %d, %d in %d %s%n",
                report.first(),
                report.last(),
                report.records(),
                report.files(),
                report.files() == 1 ? "file" : "files");
        out.printf("signed      %s%n", signed(report));
        out.printf("proven      %s%n", proven(report));
        report.findings().forEach(finding -> audit.console().err().println("error: " + finding));
        if (report.isSound()) {
            out.println("no record was changed, removed, added or moved");
        }
    }

    private static String signed(ChainReport report) {
        long left = report.last() - report.signedTo();
        return report.checkpoints() == 0
                ? "nothing: no checkpoint is there"
                : "to record %d by %d %s%s"
                        .formatted(
                                report.signedTo(),
                                report.checkpoints(),
                                report.checkpoints() == 1 ? "checkpoint" : "checkpoints",
                                left <= 1 ? "" : "; %d after it are not yet".formatted(left - 1));
    }

    private String proven(ChainReport report) {
        if (report.provenTo().isPresent()) {
            long proven = report.provenTo().get();
            return "to record %d by a checkpoint kept elsewhere; unproven after it".formatted(proven);
        }
        return checkpoint == null
                ? "unproven after record %d: that the end was cut off shows only by a checkpoint kept elsewhere"
                        .formatted(report.last())
                : "nothing";
    }
}
