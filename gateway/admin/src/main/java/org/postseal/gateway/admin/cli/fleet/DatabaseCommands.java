package org.postseal.gateway.admin.cli.fleet;

import org.postseal.gateway.admin.cli.support.CommandGroup;
import org.postseal.gateway.admin.cli.support.StoreAccess;
import picocli.CommandLine;

/** The command {@code database} with all that is below it. */
public final class DatabaseCommands {
    private DatabaseCommands() {}

    public static CommandLine of(StoreAccess store) {
        return CommandGroup.of("database", "Move the store of certificates into the database of a fleet.")
                .addSubcommand(new DatabaseCopyCommand(store));
    }
}
