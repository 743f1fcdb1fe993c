package org.postseal.gateway.cli.journal;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import org.postseal.gateway.cli.CommandFailure;
import org.postseal.gateway.cli.Console;
import org.postseal.gateway.cli.ExitCode;
import org.postseal.gateway.config.ConfigReader;
import org.postseal.gateway.config.ConfigResult;
import org.postseal.gateway.config.GatewayConfig;
import org.postseal.gateway.config.KeyLines;
import org.postseal.gateway.journal.JournalException;
import org.postseal.policy.yaml.Problem;
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
        return switch (ConfigReader.read(config.get())) {
            case ConfigResult.Loaded(GatewayConfig loaded, List<Problem> _, KeyLines _) ->
                loaded.journal().file();
            case ConfigResult.Broken broken -> {
                broken.problems().forEach(problem -> console.err().println(problem));
                throw new CommandFailure(ExitCode.CONFIG, "the configuration is wrong, see above");
            }
        };
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
