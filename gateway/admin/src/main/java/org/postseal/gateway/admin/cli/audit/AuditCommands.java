package org.postseal.gateway.admin.cli.audit;

import java.io.IOException;
import java.nio.file.AccessDeniedException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.NotDirectoryException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.SortedMap;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import org.postseal.certstore.Secret;
import org.postseal.gateway.admin.cli.support.CommandFailure;
import org.postseal.gateway.admin.cli.support.CommandGroup;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.Shell;
import org.postseal.gateway.audit.AuditConfig;
import org.postseal.gateway.audit.chain.ChainVerifier;
import org.postseal.gateway.audit.chain.FleetFolder;
import org.postseal.gateway.audit.chain.FleetStanding;
import org.postseal.gateway.audit.chain.LogExtent;
import org.postseal.gateway.audit.record.VisibleText;
import org.postseal.gateway.audit.search.AuditSearch;
import org.postseal.gateway.audit.search.LogSource;
import picocli.CommandLine;

/** The command {@code audit} with all that is below it, and what its commands share. */
public final class AuditCommands {
    private final Shell shell;

    private AuditCommands(Shell shell) {
        this.shell = shell;
    }

    public static CommandLine of(Shell shell) {
        AuditCommands audit = new AuditCommands(shell);
        return CommandGroup.of("audit", "Search the audit log, report from it, and prove that nobody has changed it.")
                .addSubcommand(new AuditVerifyCommand(audit))
                .addSubcommand(new AuditQueryCommand(audit))
                .addSubcommand(new AuditShowCommand(audit))
                .addSubcommand(new AuditReportCommand(audit))
                .addSubcommand(new AuditExportCommand(audit))
                .addSubcommand(new AuditStampCommand(audit))
                .addSubcommand(new AuditIndexCommand(audit));
    }

    Shell shell() {
        return shell;
    }

    /** Reads the settings of the audit log for a reviewer, who has no right to the gateway's keys. */
    AuditConfig config() {
        return shell.configForReviewer().audit();
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
            throw new CommandFailure(
                    ExitCode.INPUT_OUTPUT, String.valueOf(e.getMessage()), "audit in " + shell.configFile());
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

    /** Returns the logs that were gathered from a fleet, by the names of the nodes. */
    SortedMap<String, AuditConfig> fleet(Path folder) {
        // Elsewhere there may be no configuration; the files then have the names that they have by default.
        AuditConfig names = Files.exists(shell.configFile()) ? config() : AuditConfig.of(Path.of("audit.jsonl"));
        try {
            return FleetFolder.nodes(folder, names);
        } catch (IOException e) {
            throw new CommandFailure(
                    ExitCode.INPUT_OUTPUT, message(e), "--fleet FOLDER with a folder for each gateway");
        }
    }

    /** Returns in words which gateways of a fleet the others know, and have no log here. */
    List<String> unseen(SortedMap<String, AuditConfig> fleet) {
        List<String> unseen = new ArrayList<>();
        SortedMap<String, LogExtent> logs = new TreeMap<>();
        fleet.forEach((node, log) -> {
            try {
                logs.put(node, LogExtent.read(log.file()));
            } catch (IOException e) {
                unseen.add("the log of " + node + " cannot be read: " + message(e));
            }
        });
        FleetStanding.of(logs, Duration.ZERO).nodes().forEach((node, standing) -> {
            if (standing instanceof FleetStanding.Standing.Missing(String by) && !fleet.containsKey(node)) {
                unseen.add("no log of " + node + " is here, which " + by + " knows");
            }
        });
        return unseen;
    }

    /** Begins a search in the logs of a fleet, and says which of them are not there. */
    LogSearch search(SortedMap<String, AuditConfig> fleet, @Nullable Path addressKey, boolean isAdmin) {
        unseen(fleet).forEach(shell::hint);
        SortedMap<String, AuditConfig> logs = new TreeMap<>();
        fleet.forEach((node, log) -> logs.put(node, isAdmin ? log.admin() : log));
        try {
            List<LogSource> sources = LogSource.of(logs);
            if (addressKey != null) {
                Secret key = Secret.read(addressKey);
                sources.replaceAll(source -> source.withAddressKey(key));
            }
            return new LogSearch(sources, shell.console());
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.INPUT_OUTPUT, message(e), "--fleet FOLDER, --address-key FILE");
        }
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
            return single(isAdmin ? AuditSearch.ofAdmin(log) : AuditSearch.of(log));
        }
        try {
            AuditSearch search = AuditSearch.ofFiles(given, keys);
            return single(addressKey == null ? search : search.withAddressKey(Secret.read(addressKey)));
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.INPUT_OUTPUT, message(e), "--key FILE, --address-key FILE");
        }
    }

    private LogSearch single(AuditSearch search) {
        return new LogSearch(List.of(new LogSource(Optional.empty(), search)), shell.console());
    }
}
