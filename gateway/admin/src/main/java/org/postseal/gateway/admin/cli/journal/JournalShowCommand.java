package org.postseal.gateway.admin.cli.journal;

import java.util.List;
import java.util.concurrent.Callable;
import org.postseal.gateway.admin.cli.support.CommandFailure;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.Shell;
import org.postseal.gateway.road.journal.JournalEntry;
import org.postseal.gateway.road.journal.JournalFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "show",
        description = "Show what the journal knows of a message.",
        footer = {"", "  postseal journal show 4cQX2k1nWVz3"})
final class JournalShowCommand implements Callable<Integer> {
    private final Shell shell;

    @Parameters(paramLabel = "ID", description = "queue id, ours or the upstream's, or at least 8 digits of a key")
    private String id = "";

    @Option(names = "--json", description = "one JSON object a line")
    private boolean isJson;

    JournalShowCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        List<JournalEntry> rows = JournalCommands.read(shell, file -> JournalFile.show(file, id));
        if (rows.isEmpty()) {
            throw new CommandFailure(
                    ExitCode.REFUSED, "the journal knows nothing of " + id, "postseal journal list --since TIME");
        }
        if (isJson) {
            JournalView.json(shell.out(), rows);
            return ExitCode.OK;
        }
        String between = "";
        for (JournalEntry row : rows) {
            shell.out().print(between);
            JournalView.lines(shell.out(), row);
            between = System.lineSeparator();
        }
        return ExitCode.OK;
    }
}
