package org.postseal.gateway.admin.cli.profile;

import org.postseal.gateway.admin.cli.support.CommandGroup;
import org.postseal.gateway.admin.cli.support.Shell;
import picocli.CommandLine;

/** The command {@code profile} with all that is below it. */
public final class ProfileCommands {
    private ProfileCommands() {}

    public static CommandLine of(Shell shell) {
        return CommandGroup.of("profile", "Hold policy, keys, certificates and log against the profile of a standard.")
                .addSubcommand(new ProfileCheckCommand(shell));
    }
}
