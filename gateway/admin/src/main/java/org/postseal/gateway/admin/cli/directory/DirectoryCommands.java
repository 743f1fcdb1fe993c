package org.postseal.gateway.admin.cli.directory;

import java.nio.file.Path;
import java.util.function.Supplier;
import org.postseal.gateway.admin.cli.support.CommandGroup;
import org.postseal.gateway.admin.cli.support.Console;
import org.postseal.gateway.admin.cli.support.Signals;
import org.postseal.gateway.admin.cli.support.StoreAccess;
import org.postseal.gateway.admin.cli.support.Surroundings;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command {@code directory} with all that is below it. */
public final class DirectoryCommands {
    private final StoreAccess store;

    /** @param config where {@code postseal.yaml} is, once the command line is read */
    public DirectoryCommands(Supplier<Path> config, Console console, Surroundings surroundings) {
        this.store = new StoreAccess(config, console, surroundings);
    }

    public CommandLine directory() {
        return new CommandLine(new Directory())
                .addSubcommand(new DirectoryTestCommand(store))
                .addSubcommand(new DirectorySyncCommand(store, Signals::onStop))
                .addSubcommand(new DirectoryPublishCommand(store));
    }

    @Command(
            name = "directory",
            description = "Directory servers: try them, copy them, publish certificates to them.",
            synopsisSubcommandLabel = "COMMAND")
    private static final class Directory extends CommandGroup {}
}
