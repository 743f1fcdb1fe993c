package org.postseal.gateway.admin.cli.cert;

import java.nio.file.Path;
import java.util.function.Supplier;
import org.postseal.gateway.admin.cli.support.CommandGroup;
import org.postseal.gateway.admin.cli.support.Console;
import org.postseal.gateway.admin.cli.support.StoreAccess;
import org.postseal.gateway.admin.cli.support.Surroundings;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command {@code cert} with all that is below it. */
public final class CertCommands {
    private final StoreAccess store;

    /** @param config where {@code postseal.yaml} is, once the command line is read */
    public CertCommands(Supplier<Path> config, Console console, Surroundings surroundings) {
        this.store = new StoreAccess(config, console, surroundings);
    }

    public CommandLine cert() {
        return new CommandLine(new Cert())
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

    @Command(
            name = "cert",
            description = "Certificates of the database: import, look, choose, forbid.",
            synopsisSubcommandLabel = "COMMAND")
    private static final class Cert extends CommandGroup {}
}
