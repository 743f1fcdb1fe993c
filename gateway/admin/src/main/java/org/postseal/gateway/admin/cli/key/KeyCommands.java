package org.postseal.gateway.admin.cli.key;

import java.nio.file.Path;
import java.util.function.Supplier;
import org.postseal.gateway.admin.cli.support.CommandGroup;
import org.postseal.gateway.admin.cli.support.Console;
import org.postseal.gateway.admin.cli.support.StoreAccess;
import org.postseal.gateway.admin.cli.support.Surroundings;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command {@code key} with all that is below it. */
public final class KeyCommands {
    private final StoreAccess store;

    /** @param config where {@code postseal.yaml} is, once the command line is read */
    public KeyCommands(Supplier<Path> config, Console console, Surroundings surroundings) {
        this.store = new StoreAccess(config, console, surroundings);
    }

    public CommandLine key() {
        return new CommandLine(new Key())
                .addSubcommand(new KeyInitCommand(store))
                .addSubcommand(new KeyCsrCommand(store))
                .addSubcommand(new KeyImportCommand(store))
                .addSubcommand(new KeyListCommand(store))
                .addSubcommand(new KeyExportCommand(store))
                .addSubcommand("map", KeyMapCommand.map(store))
                .addSubcommand("unmap", KeyMapCommand.unmap(store))
                .addSubcommand(new KeyRewrapCommand(store))
                .addSubcommand(new KeyRemoveCommand(store));
    }

    @Command(
            name = "key",
            description = "Private keys of own users, wrapped by the master key.",
            synopsisSubcommandLabel = "COMMAND")
    private static final class Key extends CommandGroup {}
}
