package org.postseal.gateway.admin.cli.support;

import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.postseal.certstore.StoreUnavailableException;
import org.postseal.certstore.database.Act;
import org.postseal.certstore.database.CertificateDatabase;
import org.postseal.certstore.database.DatabaseException;
import org.postseal.gateway.audit.VisibleText;
import org.postseal.gateway.config.GatewayConfig;

/**
 * Hands what a command does elsewhere than in the certificate database to the log of changes, which a running gateway alone writes: by way of that database, where such changes wait. To be called before
 * what is recorded is done: it may be recorded and fail, but not succeed unrecorded.
 */
public final class ChangeHandover {
    private final GatewayConfig config;
    private final Console console;
    private final Act act;

    /** @param act who does it, and when */
    public ChangeHandover(GatewayConfig config, Console console, Act act) {
        this.config = config;
        this.console = console;
        this.act = act;
    }

    /**
     * Records it; where there is no database that the caller may write to, it says so and does nothing.
     *
     * @param what is done, for people: {@code the export}
     * @param details never a secret
     * @throws CommandFailure when the database cannot be written now
     */
    public void record(String what, String action, String object, List<String> details) {
        Optional<Path> database = config.directory().database().filter(Files::isWritable);
        if (database.isEmpty()) {
            console.err()
                    .println("hint: " + what + " is not recorded: there is no directory.database that "
                            + VisibleText.of(act.who()) + " may write to");
            return;
        }
        try (CertificateDatabase opened = CertificateDatabase.open(database.get())) {
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
}
