package org.postseal.gateway.cli.journal;

import java.nio.file.Path;
import java.util.function.Supplier;
import org.postseal.gateway.cli.CommandFailure;
import org.postseal.gateway.cli.Console;
import org.postseal.gateway.cli.ExitCode;
import org.postseal.gateway.cli.LoadedConfig;
import org.postseal.gateway.journal.JournalException;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The commands on the journal. */
public final class JournalCommands {
    private final Supplier<Path> config;
    private final Console console;

    /** With the file that {@code -c} names. */
    public JournalCommands(Supplier<Path> config, Console console) {
        this.config = config;
        this.console = console;
    }

    /** {@code postseal journal}. */
    public CommandLine journal() {
        return new CommandLine(new Group())
                .addSubcommand(new JournalListCommand(this))
                .addSubcommand(new JournalShowCommand(this))
                .addSubcommand(new JournalSuspectsCommand(this));
    }

    Console console() {
        return console;
    }

    /** What is read from the journal's file. */
    interface Reading<T> {
        T of(Path file) throws JournalException;
    }

    <T> T read(Reading<T> reading) {
        Path file = file();
        try {
            return reading.of(file);
        } catch (JournalException e) {
            throw new CommandFailure(
                    ExitCode.UNAVAILABLE, String.valueOf(e.getMessage()), "journal.file in " + config.get());
        }
    }

    private Path file() {
        return LoadedConfig.read(config.get(), console).journal().file();
    }

    /** A word that needs another one behind it. */
    @Command(
            name = "journal",
            description =
                    "Who has which message already: list and show. Which messages the gateway died with: suspects.",
            synopsisSubcommandLabel = "COMMAND")
    private static final class Group implements Runnable {
        @CommandLine.Spec
        private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

        @Override
        public void run() {
            throw new CommandLine.ParameterException(spec.commandLine(), "no command given");
        }
    }
}
