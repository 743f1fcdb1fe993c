package org.postseal.gateway.admin.cli.ca;

import org.postseal.gateway.admin.cli.support.CommandGroup;
import org.postseal.gateway.admin.cli.support.StoreAccess;
import picocli.CommandLine;

/** The command {@code ca} with all that is below it. */
public final class CaCommands {
    private CaCommands() {}

    public static CommandLine of(StoreAccess store) {
        CaAccess access = new CaAccess(store);
        return CommandGroup.of("ca", "Run a certificate authority of your own: issue, renew and revoke certificates.")
                .addSubcommand(new CaInitCommand(access))
                .addSubcommand(new CaIssueCommand(access))
                .addSubcommand(new CaRenewCommand(access))
                .addSubcommand(new CaRevokeCommand(access))
                .addSubcommand(new CaRenewIntermediateCommand(access))
                .addSubcommand(new CaRevokeIntermediateCommand(access))
                .addSubcommand(new CaCrlCommand(access))
                .addSubcommand(new CaOcspCommand(access))
                .addSubcommand(new CaServeCommand(access))
                .addSubcommand(new CaStatusCommand(access))
                .addSubcommand(new CaNoticesCommand(access));
    }
}
