package org.postseal.gateway.admin.cli.audit;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;
import org.postseal.certstore.Secret;
import org.postseal.gateway.admin.cli.support.CommandFailure;
import org.postseal.gateway.admin.cli.support.CommandGroup;
import org.postseal.gateway.admin.cli.support.Console;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.LoadedConfig;
import org.postseal.gateway.admin.cli.support.Surroundings;
import org.postseal.gateway.audit.AuditConfig;
import org.postseal.gateway.audit.chain.ChainVerifier;
import org.postseal.gateway.audit.record.VisibleText;
import org.postseal.gateway.audit.search.AuditSearch;
import org.postseal.gateway.config.GatewayConfig;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The command {@code audit} with all that is below it, and what its commands share. */
public final class AuditCommands {
    private final Supplier<Path> config;
    private final Console console;
    private final Surroundings surroundings;

    /** @param config the configuration file that {@code -c} names */
    public AuditCommands(Supplier<Path> config, Console console, Surroundings surroundings) {
        this.config = config;
        this.console = console;
        this.surroundings = surroundings;
    }

    public CommandLine audit() {
        return new CommandLine(new Group())
                .addSubcommand(new AuditVerifyCommand(this))
                .addSubcommand(new AuditQueryCommand(this))
                .addSubcommand(new AuditShowCommand(this))
                .addSubcommand(new AuditReportCommand(this))
                .addSubcommand(new AuditExportCommand(this))
                .addSubcommand(new AuditStampCommand(this))
                .addSubcommand(new AuditIndexCommand(this));
    }

    Console console() {
        return console;
    }

    Instant now() {
        return surroundings.clock().instant();
    }

    String user() {
        return surroundings.user();
    }

    /** Reads the settings of the audit log for a reviewer, who has no right to the gateway's keys. */
    AuditConfig config() {
        return reviewed().audit();
    }

    /**
     * Reads all of {@code postseal.yaml} for a reviewer. A file that it names and that they may not read counts as not
     * given, except for the store and the database.
     */
    GatewayConfig reviewed() {
        return LoadedConfig.readForReviewer(config.get(), console);
    }

    /** Reads all of {@code postseal.yaml}, with the keys. */
    GatewayConfig whole() {
        return LoadedConfig.read(config.get(), console);
    }

    /** Returns the files of both configured logs; those of the log of messages come first. */
    List<List<Path>> logs() {
        AuditConfig logs = config();
        return List.of(files(logs.file()), files(logs.adminFile()));
    }

    private List<Path> files(Path log) {
        try {
            return ChainVerifier.files(log);
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.INPUT_OUTPUT, String.valueOf(e.getMessage()), "audit in " + config.get());
        }
    }

    static String message(IOException e) {
        String message = String.valueOf(e.getMessage());
        return VisibleText.of(
                switch (e) {
                    case NoSuchFileException _ -> message + ": no such file";
                    case AccessDeniedException _ -> message + ": permission denied";
                    case NotDirectoryException _ -> message + " is no folder";
                    default -> message;
                });
    }

    /**
     * Begins a search in the log.
     *
     * @param given the files of the log, oldest first; if empty, those of the configuration
     * @param keys public keys that signed the indexes of the given files
     * @param addressKey the key by which addresses in the given files are hashed, or null
     * @param isAdmin whether to search the log of changes
     */
    LogSearch search(List<Path> given, List<Path> keys, @Nullable Path addressKey, boolean isAdmin) {
        if (given.isEmpty()) {
            AuditConfig log = config();
            return new LogSearch(isAdmin ? AuditSearch.ofAdmin(log) : AuditSearch.of(log), console);
        }
        try {
            AuditSearch search = AuditSearch.ofFiles(given, keys);
            return new LogSearch(addressKey == null ? search : search.withAddressKey(Secret.read(addressKey)), console);
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.INPUT_OUTPUT, message(e), "--key FILE, --address-key FILE");
        }
    }

    @Command(
            name = "audit",
            description = "The audit log: what became of a message, and whether nobody has changed the log.",
            synopsisSubcommandLabel = "COMMAND")
    private static final class Group extends CommandGroup {}
}
