package org.postseal.gateway.admin.cli.policy;

import org.postseal.gateway.admin.cli.support.CommandGroup;
import org.postseal.gateway.admin.cli.support.Console;
import org.postseal.gateway.admin.cli.support.Shell;
import org.postseal.gateway.app.assembly.Assembly;
import picocli.CommandLine;

/** The command {@code policy} with all that is below it. */
public final class PolicyCommands {
    private PolicyCommands() {}

    public static CommandLine of(Shell shell, Assembly assembly) {
        Console console = shell.console();
        PolicyFiles files = new PolicyFiles(console);
        return CommandGroup.of(
                        "policy",
                        "Check, test, explain and compare policies; translate them from and to Exchange's settings.")
                .addSubcommand(new PolicyCheckCommand(console, shell.clock(), files))
                .addSubcommand(new PolicyTestCommand(console, files))
                .addSubcommand(new PolicyExplainCommand(console, new Explainer(shell, files, assembly)))
                .addSubcommand(new PolicyDiffCommand(console, files))
                .addSubcommand(new ImportExchangeCommand(console))
                .addSubcommand(new ExportExchangeCommand(console))
                .addSubcommand(new SchemaCommand(console));
    }
}
