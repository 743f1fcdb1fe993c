package org.postseal.gateway.admin.cli.support;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.postseal.certstore.StoreUnavailableException;
import org.postseal.certstore.database.Act;
import org.postseal.certstore.database.CertificateDatabase;
import org.postseal.certstore.database.DatabaseException;
import org.postseal.certstore.database.DatabasePlace;
import org.postseal.gateway.audit.record.VisibleText;
import org.postseal.gateway.config.GatewayConfig;

/**
 * Records what a command does outside the certificate database. Only a running gateway writes the log of changes, so
 * the record waits in that database until the gateway takes it. The command calls this before it acts: an action may be
 * recorded and then fail, but it cannot succeed unrecorded.
 */
public final class ChangeHandover {
    private final GatewayConfig config;
    private final Console console;
    private final Act act;

    public ChangeHandover(GatewayConfig config, Console console, Act act) {
        this.config = config;
        this.console = console;
        this.act = act;
    }

    /**
     * Records an action. If there is no database that the caller may write to, the method prints that and records
     * nothing.
     *
     * @param what the action in words for people: {@code the export}
     * @param details values that are never secret
     * @throws CommandFailure when the database cannot be written now
     */
    public void record(String what, String action, String object, List<String> details) {
        Optional<DatabasePlace> database = config.directory().database().filter(ChangeHandover::mayBeWritable);
        if (database.isEmpty()) {
            console.err()
                    .println("hint: " + what + " is not recorded: there is no directory.database that "
                            + VisibleText.of(act.who()) + " may write to");
            return;
        }
        try (CertificateDatabase opened = database.get().open(CertificateDatabase.Options.DEFAULT)) {
            opened.commit(contents -> contents.changeLog()
                    .add(
                            action,
                            VisibleText.of(object),
                            details.stream().map(VisibleText::of).toList(),
                            act));
        } catch (DatabaseException | StoreUnavailableException e) {
            throw new CommandFailure(
                    ExitCode.INPUT_OUTPUT,
                    what + " cannot be recorded: " + VisibleText.of(String.valueOf(e.getMessage())),
                    "nothing was done; try again");
        }
    }

    private static boolean mayBeWritable(DatabasePlace place) {
        return switch (place) {
            case DatabasePlace.InFile(Path file) -> Files.isWritable(file);
            case DatabasePlace.OnServer _ -> true;
        };
    }
}
