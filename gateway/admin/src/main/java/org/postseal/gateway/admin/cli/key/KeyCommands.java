package org.postseal.gateway.admin.cli.key;

import org.postseal.gateway.admin.cli.support.CommandGroup;
import org.postseal.gateway.admin.cli.support.StoreAccess;
import picocli.CommandLine;

/** The command {@code key} with all that is below it. */
public final class KeyCommands {
    private KeyCommands() {}

    public static CommandLine of(StoreAccess store) {
        return CommandGroup.of("key", "Manage the private keys of our own users, which the master key wraps.")
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
}
