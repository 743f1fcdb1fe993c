package org.postseal.gateway.admin.cli.journal;

import java.nio.file.Path;
import java.util.List;
import java.util.function.Supplier;
import org.postseal.certstore.database.Act;
import org.postseal.gateway.admin.cli.support.ChangeHandover;
import org.postseal.gateway.admin.cli.support.CommandFailure;
import org.postseal.gateway.admin.cli.support.CommandGroup;
import org.postseal.gateway.admin.cli.support.Console;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.LoadedConfig;
import org.postseal.gateway.admin.cli.support.Surroundings;
import org.postseal.gateway.road.journal.JournalException;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command {@code journal} with all that is below it, and what its commands share. */
public final class JournalCommands {
    private final Supplier<Path> config;
    private final Console console;
    private final Surroundings surroundings;

    /** @param config the configuration file that {@code -c} names */
    public JournalCommands(Supplier<Path> config, Console console, Surroundings surroundings) {
        this.config = config;
        this.console = console;
        this.surroundings = surroundings;
    }

    public CommandLine journal() {
        return new CommandLine(new Group())
                .addSubcommand(new JournalListCommand(this))
                .addSubcommand(new JournalShowCommand(this))
                .addSubcommand(new JournalSuspectsCommand(this));
    }

    Console console() {
        return console;
    }

    /** Reads something from the journal's file. */
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

    /** Hands a change to the log of changes. */
    void record(String what, String action, String object, List<String> details) {
        Act act = Act.of(surroundings.user(), surroundings.clock().instant());
        new ChangeHandover(LoadedConfig.read(config.get(), console), console, act)
                .record(what, action, object, details);
    }

    private Path file() {
        return LoadedConfig.read(config.get(), console).journal().file();
    }

    @Command(
            name = "journal",
            description =
                    "Who has which message already: list and show. Which messages the gateway died with: suspects.",
            synopsisSubcommandLabel = "COMMAND")
    private static final class Group extends CommandGroup {}
}
