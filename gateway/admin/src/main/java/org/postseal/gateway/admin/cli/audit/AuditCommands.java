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
import org.postseal.gateway.audit.AuditSearch;
import org.postseal.gateway.audit.ChainVerifier;
import org.postseal.gateway.audit.VisibleText;
import org.postseal.gateway.config.GatewayConfig;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The commands on the audit log. */
public final class AuditCommands {
    private final Supplier<Path> config;
    private final Console console;
    private final Surroundings surroundings;

    /** With the file that {@code -c} names. */
    public AuditCommands(Supplier<Path> config, Console console, Surroundings surroundings) {
        this.config = config;
        this.console = console;
        this.surroundings = surroundings;
    }

    /** {@code postseal audit}. */
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

    /** Who gives the command. */
    String user() {
        return surroundings.user();
    }

    /** As a reviewer may read it, who has no right to the gateway's keys. */
    AuditConfig config() {
        return reviewed().audit();
    }

    /** All of {@code postseal.yaml} for the same: what it names and he may not read is as if it had not been given, but for the store and the database. */
    GatewayConfig reviewed() {
        return LoadedConfig.readForReviewer(config.get(), console);
    }

    /** All of {@code postseal.yaml}, with the keys. */
    GatewayConfig whole() {
        return LoadedConfig.read(config.get(), console);
    }

    /** The files of both logs of the configuration, that of messages first. */
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

    /** What went wrong with a file. */
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
     * A search in the log.
     *
     * @param given its files, oldest first; without, those of the configuration
     * @param keys of who signed the indexes of given files
     * @param addressKey by which addresses in given files are hashed, or none
     * @param isAdmin in the log of changes
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
