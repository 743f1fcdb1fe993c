package org.postseal.gateway.admin.cli.policy;

import java.nio.file.Path;
import java.util.function.Supplier;
import org.postseal.gateway.admin.cli.support.CommandGroup;
import org.postseal.gateway.admin.cli.support.Console;
import org.postseal.gateway.app.assembly.Assembly;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command {@code policy} with all that is below it. */
public final class PolicyCommands {
    private final Supplier<Path> config;
    private final Console console;
    private final Assembly assembly;

    /** @param config where {@code postseal.yaml} is, once the command line is read */
    public PolicyCommands(Supplier<Path> config, Console console, Assembly assembly) {
        this.config = config;
        this.console = console;
        this.assembly = assembly;
    }

    public CommandLine policy() {
        PolicyFiles files = new PolicyFiles(console);
        return new CommandLine(new Group())
                .addSubcommand(new PolicyCheckCommand(console, files))
                .addSubcommand(new PolicyTestCommand(console, files))
                .addSubcommand(new PolicyExplainCommand(config, console, files, assembly))
                .addSubcommand(new PolicyDiffCommand(console, files))
                .addSubcommand(new ImportExchangeCommand(console))
                .addSubcommand(new ExportExchangeCommand(console))
                .addSubcommand(new SchemaCommand(console));
    }

    @Command(
            name = "policy",
            description = "The policy as code: check, test, explain, compare; from Exchange and back.",
            synopsisSubcommandLabel = "COMMAND")
    private static final class Group extends CommandGroup {}
}
