package org.postseal.gateway.admin.cli.held;

import org.postseal.gateway.admin.cli.support.CommandGroup;
import org.postseal.gateway.admin.cli.support.Shell;
import picocli.CommandLine;

/** The command {@code held} with all that is below it. */
public final class HeldCommands {
    private HeldCommands() {}

    public static CommandLine of(Shell shell) {
        return CommandGroup.of("held", "Look through the mail in the quarantine, and decide about it.")
                .addSubcommand(new HeldListCommand(shell))
                .addSubcommand(new HeldShowCommand(shell))
                .addSubcommand(new HeldReleaseCommand(shell))
                .addSubcommand(new HeldDropCommand(shell))
                .addSubcommand(new HeldExpireCommand(shell))
                .addSubcommand(new HeldDigestCommand(shell));
    }
}
