package org.postseal.gateway.admin.cli.journal;

import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.Listing;
import org.postseal.gateway.admin.cli.support.Options;
import org.postseal.gateway.admin.cli.support.SharedDatabase;
import org.postseal.gateway.admin.cli.support.Shell;
import org.postseal.gateway.road.journal.JournalEntry;
import org.postseal.gateway.road.journal.JournalFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "list",
        description = "List rows of the journal, newest first.",
        footer = {
            "",
            "  postseal journal list --state in-doubt          # may have arrived twice, or may yet",
            "  postseal journal list --recipient bob@partner.example --since 2026-11-26 --json"
        })
final class JournalListCommand implements Callable<Integer> {
    private final Shell shell;

    @Option(names = "--recipient", paramLabel = "ADDRESS", description = "only rows of this recipient")
    private @Nullable String recipient;

    @Option(
            names = "--state",
            paramLabel = "STATE",
            description = {
                "only rows in this state: prepared, accepted, refused;",
                "or in-doubt: sent again, or ended without a known outcome"
            })
    private @Nullable WantedState state;

    @Option(
            names = "--since",
            paramLabel = "TIME",
            description = "only rows written at or after this time: 2026-11-26, 2026-11-26T10:00:00Z")
    private @Nullable Instant since;

    @Option(
            names = "--limit",
            paramLabel = "N",
            defaultValue = "1000",
            description = "list at most this many; default: 1000")
    private int limit = 1000;

    @Mixin
    private Options.Json json = new Options.Json();

    JournalListCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        JournalFile.Filter filter = new JournalFile.Filter(
                Optional.ofNullable(recipient),
                state == null ? Optional.empty() : state.state(),
                state == WantedState.IN_DOUBT,
                Optional.ofNullable(since),
                limit);
        List<JournalEntry> rows = SharedDatabase.of(shell)
                .map(shared -> shared.read(view -> view.list(filter)))
                .orElseGet(() -> JournalCommands.read(shell, file -> JournalFile.list(file, filter)));
        new Listing<JournalEntry>(shell, json.isWanted(), JournalView::members)
                .column("AT", row -> row.at().toString())
                .column("STATE", JournalView::state)
                .column("DOUBTS", row -> String.valueOf(row.doubts()))
                .column("QUEUE-ID", JournalEntry::queueId)
                .column("UPSTREAM-ID", row -> row.upstreamId().orElse("-"))
                .column("RECIPIENT", JournalEntry::recipient)
                .column("REPLY", row -> row.reply().isEmpty() ? "-" : row.reply())
                .print(rows, Options.count(rows, "row"));
        return ExitCode.OK;
    }
}
