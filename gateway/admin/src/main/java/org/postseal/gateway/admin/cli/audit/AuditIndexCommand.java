package org.postseal.gateway.admin.cli.audit;

import java.io.IOException;
import java.util.concurrent.Callable;
import org.postseal.gateway.admin.cli.support.CommandFailure;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.audit.record.VisibleText;
import org.postseal.gateway.audit.search.AuditIndex;
import org.postseal.gateway.audit.search.MadeIndexes;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

@Command(
        name = "index",
        description = {
            "Make the index of each full file that has no usable one.",
            "The gateway does so by itself when a file is full; a search reads a file without an index as a whole.",
            "The command needs the private key of the log: run it as the gateway's user or as root."
        },
        footer = {"", "  postseal audit index", "  postseal audit index --all"})
final class AuditIndexCommand implements Callable<Integer> {
    private final AuditCommands audit;

    @Option(names = "--all", description = "also make the index of files that have a usable one")
    private boolean isAll;

    AuditIndexCommand(AuditCommands audit) {
        this.audit = audit;
    }

    @Override
    public Integer call() {
        try {
            MadeIndexes made = AuditIndex.make(audit.shell().config().audit(), isAll);
            made.files().forEach(file -> audit.shell().out().println("indexed     " + file));
            if (!made.failures().isEmpty()) {
                throw new CommandFailure(
                        ExitCode.INPUT_OUTPUT,
                        VisibleText.of("no index of " + String.join(", ", made.failures())),
                        "postseal audit verify says what is damaged");
            }
            if (made.files().isEmpty()) {
                audit.shell().out().println("every full file has its index");
            }
            return ExitCode.OK;
        } catch (IOException e) {
            throw new CommandFailure(
                    ExitCode.INPUT_OUTPUT, String.valueOf(e.getMessage()), "audit in the configuration");
        }
    }
}
