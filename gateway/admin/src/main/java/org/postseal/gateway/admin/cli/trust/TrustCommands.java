package org.postseal.gateway.admin.cli.trust;

import org.postseal.gateway.admin.cli.support.CommandGroup;
import org.postseal.gateway.admin.cli.support.StoreAccess;
import picocli.CommandLine;

/** The command {@code trust} with all that is below it. */
public final class TrustCommands {
    private TrustCommands() {}

    public static CommandLine of(StoreAccess store) {
        return CommandGroup.of("trust", "Manage the collections of trusted issuers.")
                .addSubcommand(new TrustImportCommand(store))
                .addSubcommand(new TrustExportCommand(store))
                .addSubcommand(new TrustListCommand(store))
                .addSubcommand(new TrustShowCommand(store))
                .addSubcommand(new TrustVerifyCommand(store))
                .addSubcommand(new TrustRemoveCommand(store));
    }
}
