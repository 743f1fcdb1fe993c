package org.postseal.gateway.cli.audit;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.function.Supplier;
import org.postseal.gateway.audit.AuditConfig;
import org.postseal.gateway.audit.AuditSearch;
import org.postseal.gateway.audit.ChainVerifier;
import org.postseal.gateway.cli.CommandFailure;
import org.postseal.gateway.cli.Console;
import org.postseal.gateway.cli.ExitCode;
import org.postseal.gateway.cli.LoadedConfig;
import org.postseal.gateway.config.GatewayConfig;
import picocli.CommandLine;
import picocli.CommandLine.Command;

/** The commands on the audit log. */
public final class AuditCommands {
    private final Supplier<Path> config;
    private final Console console;
    private final InstantSource clock;

    /** With the file that {@code -c} names. */
    public AuditCommands(Supplier<Path> config, Console console, InstantSource clock) {
        this.config = config;
        this.console = console;
        this.clock = clock;
    }

    /** {@code postseal audit}. */
    public CommandLine audit() {
        return new CommandLine(new Group())
                .addSubcommand(new AuditVerifyCommand(this))
                .addSubcommand(new AuditQueryCommand(this))
                .addSubcommand(new AuditShowCommand(this))
                .addSubcommand(new AuditReportCommand(this))
                .addSubcommand(new AuditIndexCommand(this));
    }

    Console console() {
        return console;
    }

    Instant now() {
        return clock.instant();
    }

    AuditConfig config() {
        return whole().audit();
    }

    /** All of {@code postseal.yaml}. */
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

    /**
     * A search in the log.
     *
     * @param given its files, oldest first; without, those of the configuration
     * @param keys of who signed the indexes of given files
     * @param isAdmin in the log of changes
     */
    LogSearch search(List<Path> given, List<Path> keys, boolean isAdmin) {
        if (given.isEmpty()) {
            AuditConfig log = config();
            return new LogSearch(isAdmin ? AuditSearch.ofAdmin(log) : AuditSearch.of(log), console);
        }
        try {
            return new LogSearch(AuditSearch.ofFiles(given, keys), console);
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.INPUT_OUTPUT, String.valueOf(e.getMessage()), "--key FILE");
        }
    }

    /** A word that needs another one behind it. */
    @Command(
            name = "audit",
            description = "The audit log: what became of a message, and whether nobody has changed the log.",
            synopsisSubcommandLabel = "COMMAND")
    private static final class Group implements Runnable {
        @CommandLine.Spec
        private CommandLine.Model.CommandSpec spec = CommandLine.Model.CommandSpec.create();

        @Override
        public void run() {
            throw new CommandLine.ParameterException(spec.commandLine(), "no command given");
        }
    }
}
