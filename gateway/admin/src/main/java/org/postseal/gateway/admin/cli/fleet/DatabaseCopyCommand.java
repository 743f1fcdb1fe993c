package org.postseal.gateway.admin.cli.fleet;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.postseal.certstore.database.Act;
import org.postseal.certstore.database.DatabaseCopy;
import org.postseal.certstore.database.DatabaseCopy.Outcome;
import org.postseal.certstore.database.DatabaseException;
import org.postseal.certstore.database.Postgres;
import org.postseal.certstore.provider.CryptoProviders;
import org.postseal.gateway.admin.cli.support.CommandFailure;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.Options;
import org.postseal.gateway.admin.cli.support.Printable;
import org.postseal.gateway.admin.cli.support.SharedDatabase;
import org.postseal.gateway.admin.cli.support.StoreAccess;
import org.postseal.gateway.admin.cli.support.TextTable;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "copy",
        description = "Copy the store of certificates from a file to the database of the fleet: all of it or nothing.",
        footer = {
            "",
            "No gateway may have the file open: stop it before. Every row is read back and compared. A copy that was"
                    + " interrupted has left nothing, and begins again; one that is done says so.",
            "Keys stay wrapped: each gateway needs the same master key.",
            "",
            "  postseal database copy /var/lib/postseal/postseal.db"
        })
final class DatabaseCopyCommand implements Callable<Integer> {
    private final StoreAccess store;

    @Parameters(paramLabel = "FILE", description = "the database of a gateway that was alone")
    private Path file = Path.of("");

    @Mixin
    private Options.Note note = new Options.Note();

    DatabaseCopyCommand(StoreAccess store) {
        this.store = store;
    }

    @Override
    public Integer call() {
        CryptoProviders.install();
        Postgres target =
                new Postgres(SharedDatabase.fleet(store.config(), store).database(), store.patience());
        switch (outcome(target)) {
            case Outcome.Copied(List<DatabaseCopy.Table> tables, long replaced) -> {
                if (replaced > 0) {
                    store.warn(Options.count(replaced, "text") + " had the character U+0000; it is U+FFFD now");
                }
                tell("copied", tables, target);
            }
            case Outcome.AlreadyThere(List<DatabaseCopy.Table> tables) ->
                tell("had been copied before:", tables, target);
            case Outcome.OtherContent(String table) ->
                throw new CommandFailure(
                        ExitCode.REFUSED,
                        target.name() + " has other content in table " + table,
                        "a store is only copied into an empty database; nothing was copied");
        }
        return ExitCode.OK;
    }

    private Outcome outcome(Postgres target) {
        Act act = new Act(store.user(), store.now(), Printable.line(note.text()));
        String object = "database:" + Printable.line(target.name());
        List<String> details =
                List.of("from " + Printable.line(file.toAbsolutePath().toString()));
        try {
            return DatabaseCopy.run(
                    file,
                    store.patience(),
                    target,
                    transaction -> transaction.changeLog().add("database-copy", object, details, act),
                    this::progress);
        } catch (DatabaseException e) {
            if (e.fault() == DatabaseException.Fault.LOCKED) {
                throw new CommandFailure(
                        ExitCode.TRY_AGAIN,
                        String.valueOf(e.getMessage()),
                        "stop the gateway that uses it, and try again; nothing was copied");
            }
            throw CommandFailure.of(e);
        }
    }

    private void progress(String table, long rows) {
        if (rows > 0) {
            store.out().println(table + ": " + Options.count(rows, "row"));
        }
    }

    private void tell(String what, List<DatabaseCopy.Table> tables, Postgres target) {
        TextTable text = new TextTable(store.out(), store.terminalWidth(), "TABLE", "ROWS", "SHA-256 ON BOTH SIDES");
        tables.forEach(table -> text.row(table.name(), String.valueOf(table.rows()), table.digest()));
        text.flush();
        long rows = tables.stream().mapToLong(DatabaseCopy.Table::rows).sum();
        store.out().println(what + " " + Options.count(rows, "row") + " from " + file + " to " + target.name());
    }
}
