package org.postseal.gateway.admin.cli.journal;

import java.nio.file.Path;
import org.postseal.gateway.admin.cli.support.CommandFailure;
import org.postseal.gateway.admin.cli.support.CommandGroup;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.Shell;
import org.postseal.gateway.road.journal.JournalException;
import picocli.CommandLine;

/** The command {@code journal} with all that is below it, and what its commands share. */
public final class JournalCommands {
    private JournalCommands() {}

    public static CommandLine of(Shell shell) {
        return CommandGroup.of(
                        "journal", "Show who has which message already, and which messages the gateway died with.")
                .addSubcommand(new JournalListCommand(shell))
                .addSubcommand(new JournalShowCommand(shell))
                .addSubcommand(new JournalSuspectsCommand(shell));
    }

    interface Reading<T> {
        T of(Path file) throws JournalException;
    }

    /** Reads something from the journal's file. */
    static <T> T read(Shell shell, Reading<T> reading) {
        Path file = shell.config().journal().file();
        try {
            return reading.of(file);
        } catch (JournalException e) {
            throw new CommandFailure(
                    ExitCode.UNAVAILABLE, String.valueOf(e.getMessage()), "journal.file in " + shell.configFile());
        }
    }
}
