package org.postseal.gateway.admin.cli.directory;

import org.postseal.gateway.admin.cli.support.CommandGroup;
import org.postseal.gateway.admin.cli.support.Signals;
import org.postseal.gateway.admin.cli.support.StoreAccess;
import picocli.CommandLine;

/** The command {@code directory} with all that is below it. */
public final class DirectoryCommands {
    private DirectoryCommands() {}

    public static CommandLine of(StoreAccess store) {
        return CommandGroup.of("directory", "Test directory servers, copy them, and publish certificates to them.")
                .addSubcommand(new DirectoryTestCommand(store))
                .addSubcommand(new DirectorySyncCommand(store, Signals::onStop))
                .addSubcommand(new DirectoryPublishCommand(store));
    }
}
