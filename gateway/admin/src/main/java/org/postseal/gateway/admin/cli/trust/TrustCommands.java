package org.postseal.gateway.admin.cli.trust;

import java.nio.file.Path;
import java.util.function.Supplier;
import org.postseal.gateway.admin.cli.support.CommandGroup;
import org.postseal.gateway.admin.cli.support.Console;
import org.postseal.gateway.admin.cli.support.StoreAccess;
import org.postseal.gateway.admin.cli.support.Surroundings;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command {@code trust} with all that is below it. */
public final class TrustCommands {
    private final StoreAccess store;

    /** @param config where {@code postseal.yaml} is, once the command line is read */
    public TrustCommands(Supplier<Path> config, Console console, Surroundings surroundings) {
        this.store = new StoreAccess(config, console, surroundings);
    }

    public CommandLine trust() {
        return new CommandLine(new Trust())
                .addSubcommand(new TrustImportCommand(store))
                .addSubcommand(new TrustExportCommand(store))
                .addSubcommand(new TrustListCommand(store))
                .addSubcommand(new TrustShowCommand(store))
                .addSubcommand(new TrustVerifyCommand(store))
                .addSubcommand(new TrustRemoveCommand(store));
    }

    @Command(
            name = "trust",
            description = "Collections of issuers that are trusted.",
            synopsisSubcommandLabel = "COMMAND")
    private static final class Trust extends CommandGroup {}
}
