package org.postseal.gateway.admin.cli.cert;

import org.postseal.gateway.admin.cli.support.CommandGroup;
import org.postseal.gateway.admin.cli.support.StoreAccess;
import picocli.CommandLine;

/** The command {@code cert} with all that is below it. */
public final class CertCommands {
    private CertCommands() {}

    public static CommandLine of(StoreAccess store) {
        return CommandGroup.of("cert", "Import, show, choose and block certificates of the database.")
                .addSubcommand(new CertImportCommand(store))
                .addSubcommand(new CertExportCommand(store))
                .addSubcommand(new CertListCommand(store))
                .addSubcommand(new CertShowCommand(store))
                .addSubcommand(new CertExplainCommand(store))
                .addSubcommand(new CertLintCommand(store))
                .addSubcommand(new CertPinCommand(store))
                .addSubcommand(new CertUnpinCommand(store))
                .addSubcommand("map", CertMapCommand.map(store))
                .addSubcommand("unmap", CertMapCommand.unmap(store))
                .addSubcommand(new CertHeldCommand(store))
                .addSubcommand("accept", CertDecideCommand.accept(store))
                .addSubcommand("dismiss", CertDecideCommand.dismiss(store))
                .addSubcommand("block", CertBlockCommand.block(store))
                .addSubcommand("unblock", CertBlockCommand.unblock(store))
                .addSubcommand(new CertRemoveCommand(store));
    }
}
