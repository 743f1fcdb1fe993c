package org.postseal.gateway.admin.cli.enrol;

import org.postseal.gateway.admin.cli.support.CommandGroup;
import org.postseal.gateway.admin.cli.support.StoreAccess;
import picocli.CommandLine;

/** The command {@code enrol} with all that is below it. */
public final class EnrolCommands {
    private EnrolCommands() {}

    public static CommandLine of(StoreAccess store) {
        EnrolAccess access = new EnrolAccess(store);
        return CommandGroup.of("enrol", "Get certificates for users from authorities, and renew them.")
                .addSubcommand(new EnrolRunCommand(access))
                .addSubcommand(new EnrolStatusCommand(access))
                .addSubcommand(new EnrolRetryCommand(store));
    }
}
