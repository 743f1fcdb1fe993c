package org.postseal.gateway.cli.directory;

import java.nio.file.Path;
import java.util.function.Supplier;
import org.postseal.gateway.cli.CommandGroup;
import org.postseal.gateway.cli.Console;
import org.postseal.gateway.cli.Signals;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The commands {@code cert}, {@code trust}, {@code key} and {@code directory} with all that is below them. */
public final class DirectoryCommands {
    private final StoreAccess store;

    /** @param config where {@code postseal.yaml} is, once the command line is read */
    public DirectoryCommands(Supplier<Path> config, Console console, Surroundings surroundings) {
        this.store = new StoreAccess(config, console, surroundings);
    }

    /** {@code postseal cert}. */
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

    /** {@code postseal trust}. */
    public CommandLine trust() {
        return new CommandLine(new Trust())
                .addSubcommand(new TrustImportCommand(store))
                .addSubcommand(new TrustExportCommand(store))
                .addSubcommand(new TrustListCommand(store))
                .addSubcommand(new TrustShowCommand(store))
                .addSubcommand(new TrustVerifyCommand(store))
                .addSubcommand(new TrustRemoveCommand(store));
    }

    /** {@code postseal key}. */
    public CommandLine key() {
        return new CommandLine(new Key())
                .addSubcommand(new KeyInitCommand(store))
                .addSubcommand(new KeyCsrCommand(store))
                .addSubcommand(new KeyImportCommand(store))
                .addSubcommand(new KeyListCommand(store))
                .addSubcommand(new KeyExportCommand(store))
                .addSubcommand("map", KeyMapCommand.map(store))
                .addSubcommand("unmap", KeyMapCommand.unmap(store))
                .addSubcommand(new KeyRewrapCommand(store))
                .addSubcommand(new KeyRemoveCommand(store));
    }

    /** {@code postseal directory}. */
    public CommandLine directory() {
        return new CommandLine(new Directory())
                .addSubcommand(new DirectoryTestCommand(store))
                .addSubcommand(new DirectorySyncCommand(store, Signals::onStop))
                .addSubcommand(new DirectoryPublishCommand(store));
    }

    @Command(
            name = "cert",
            description = "Certificates of the database: import, look, choose, forbid.",
            synopsisSubcommandLabel = "COMMAND")
    private static final class Cert extends CommandGroup {}

    @Command(
            name = "trust",
            description = "Collections of issuers that are trusted.",
            synopsisSubcommandLabel = "COMMAND")
    private static final class Trust extends CommandGroup {}

    @Command(
            name = "key",
            description = "Private keys of own users, wrapped by the master key.",
            synopsisSubcommandLabel = "COMMAND")
    private static final class Key extends CommandGroup {}

    @Command(
            name = "directory",
            description = "Directory servers: try them, copy them, publish certificates to them.",
            synopsisSubcommandLabel = "COMMAND")
    private static final class Directory extends CommandGroup {}
}
