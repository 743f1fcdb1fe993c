package org.postseal.gateway.admin.cli.ca;

import java.nio.file.Path;
import java.util.function.Supplier;
import org.postseal.gateway.admin.cli.support.CommandGroup;
import org.postseal.gateway.admin.cli.support.Console;
import org.postseal.gateway.admin.cli.support.StoreAccess;
import org.postseal.gateway.admin.cli.support.Surroundings;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command {@code ca} with all that is below it. */
public final class CaCommands {
    private final CaAccess access;

    /** @param config where {@code postseal.yaml} is, once the command line is read */
    public CaCommands(Supplier<Path> config, Console console, Surroundings surroundings) {
        this.access = new CaAccess(new StoreAccess(config, console, surroundings), config);
    }

    public CommandLine ca() {
        return new CommandLine(new Ca())
                .addSubcommand(new CaInitCommand(access))
                .addSubcommand(new CaIssueCommand(access))
                .addSubcommand(new CaRenewCommand(access))
                .addSubcommand(new CaRevokeCommand(access))
                .addSubcommand(new CaRenewIntermediateCommand(access))
                .addSubcommand(new CaRevokeIntermediateCommand(access))
                .addSubcommand(new CaCrlCommand(access))
                .addSubcommand(new CaStatusCommand(access))
                .addSubcommand(new CaNoticesCommand(access));
    }

    @Command(
            name = "ca",
            description = "An authority of one's own: issue, renew, revoke.",
            synopsisSubcommandLabel = "COMMAND")
    private static final class Ca extends CommandGroup {}
}
