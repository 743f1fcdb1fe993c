package org.postseal.gateway.admin.cli.fleet;

import org.postseal.gateway.admin.cli.support.CommandGroup;
import org.postseal.gateway.admin.cli.support.Shell;
import picocli.CommandLine;

/** The command {@code fleet} with all that is below it. */
public final class FleetCommands {
    private FleetCommands() {}

    public static CommandLine of(Shell shell) {
        return CommandGroup.of("fleet", "Show the gateways that share a database.")
                .addSubcommand(new FleetStatusCommand(shell));
    }
}
