package org.postseal.gateway.admin.cli.fleet;

import org.postseal.gateway.admin.cli.support.CommandGroup;
import org.postseal.gateway.admin.cli.support.Shell;
import picocli.CommandLine;

/** The command {@code fleet} with all that is below it. */
public final class FleetCommands {
    private FleetCommands() {}

    public static CommandLine of(Shell shell) {
        return CommandGroup.of(
                        "fleet", "Show the gateways that share a database, take one out or in, and set their policy.")
                .addSubcommand(new FleetStatusCommand(shell))
                .addSubcommand(new FleetDrainCommand(shell))
                .addSubcommand(new FleetRestoredCommand(shell))
                .addSubcommand(new FleetAcceptSecretsCommand(shell))
                .addSubcommand(CommandGroup.of("policy", "Bring all gateways of a fleet to one policy.")
                        .addSubcommand(new PolicyInitCommand(shell))
                        .addSubcommand(new PolicyProposeCommand(shell))
                        .addSubcommand(new PolicyStatusCommand(shell))
                        .addSubcommand(new PolicyActivateCommand(shell))
                        .addSubcommand(new PolicyWithdrawCommand(shell)));
    }
}
