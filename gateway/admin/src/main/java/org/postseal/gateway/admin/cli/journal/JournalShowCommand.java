package org.postseal.gateway.admin.cli.journal;

import java.util.List;
import java.util.concurrent.Callable;
import org.postseal.gateway.admin.cli.support.CommandFailure;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.JsonText;
import org.postseal.gateway.admin.cli.support.Options;
import org.postseal.gateway.admin.cli.support.SharedDatabase;
import org.postseal.gateway.admin.cli.support.Shell;
import org.postseal.gateway.road.journal.JournalEntry;
import org.postseal.gateway.road.journal.JournalFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "show",
        description = "Show what the journal knows about a message.",
        footer = {"", "  postseal journal show 4cQX2k1nWVz3"})
final class JournalShowCommand implements Callable<Integer> {
    private final Shell shell;

    @Parameters(paramLabel = "ID", description = "queue id, ours or the upstream's, or at least 8 digits of a key")
    private String id = "";

    @Mixin
    private Options.Json json = new Options.Json();

    JournalShowCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        List<JournalEntry> rows = SharedDatabase.of(shell)
                .map(shared -> shared.read(view -> view.show(id)))
                .orElseGet(() -> JournalCommands.read(shell, file -> JournalFile.show(file, id)));
        if (rows.isEmpty()) {
            throw new CommandFailure(
                    ExitCode.REFUSED, "the journal knows nothing about " + id, "postseal journal list --since TIME");
        }
        if (json.isWanted()) {
            shell.out()
                    .println(JsonText.of(rows.stream().map(JournalView::members).toList()));
            return ExitCode.OK;
        }
        String between = "";
        for (JournalEntry row : rows) {
            shell.out().print(between);
            JournalView.print(row, shell.out());
            between = System.lineSeparator();
        }
        return ExitCode.OK;
    }
}
