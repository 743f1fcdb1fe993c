package org.postseal.gateway.admin.cli;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.time.LocalDate;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.postseal.certstore.StoreUnavailableException;
import org.postseal.certstore.database.DatabaseException;
import org.postseal.certstore.database.Postgres;
import org.postseal.certstore.key.batch.RsaBatches;
import org.postseal.certstore.provider.ProviderReport;
import org.postseal.gateway.admin.cli.postfix.GatewayPlaces;
import org.postseal.gateway.admin.cli.postfix.Postconf;
import org.postseal.gateway.admin.cli.postfix.PostfixCheck;
import org.postseal.gateway.admin.cli.postfix.Unsafe;
import org.postseal.gateway.admin.cli.support.CommandFailure;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.Problems;
import org.postseal.gateway.admin.cli.support.Shell;
import org.postseal.gateway.app.assembly.FleetSecrets;
import org.postseal.gateway.app.assembly.Setup;
import org.postseal.gateway.app.assembly.SetupReader;
import org.postseal.gateway.app.assembly.TlsCertificates;
import org.postseal.gateway.config.FleetConfig;
import org.postseal.gateway.config.GatewayConfig;
import org.postseal.gateway.config.PolicyConfig;
import org.postseal.gateway.config.UpstreamConfig;
import org.postseal.gateway.road.directory.Expiry;
import org.postseal.gateway.road.fleet.FleetView;
import org.postseal.gateway.road.journal.JournalException;
import org.postseal.gateway.road.journal.JournalFile;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code postseal check} prints what a start of the gateway would say about configuration, policy and store. */
@Command(name = "check", description = "Check configuration, policy and certificates, and print every problem.")
final class CheckCommand implements Callable<Integer> {
    private final Shell shell;
    private final SetupReader setups;

    @Option(
            names = "--postfix",
            arity = "0..1",
            fallbackValue = "",
            paramLabel = "DIR",
            description = {
                "also read the configuration of the Postfix around the gateway with postconf,"
                        + " and name what is unsafe in it;",
                "DIR is its folder; default: the one that Postfix takes by itself"
            })
    private @Nullable String postfix;

    CheckCommand(Shell shell, SetupReader setups) {
        this.shell = shell;
        this.setups = setups;
    }

    @Override
    public Integer call() {
        try (Setup setup = Problems.require(setups.look(shell.configFile()), shell.console())) {
            shell.out()
                    .println("ok: " + shell.configFile() + ", policy "
                            + setup.config().policyFile() + " (SHA-256 "
                            + setup.rules().sha256() + "), store "
                            + setup.config().storeDirectory());
            shell.out().println(journal(setup.config().journal().file()));
            setup.config().fleet().ifPresent(fleet -> shell.out().println(fleet(fleet, setup.config())));
            requireWritable(setup.config().audit().evidence());
            Problems.print(setup.rules().warnings(LocalDate.now(shell.clock())), shell.console());
            ending(setup, shell.now()).forEach(shell::warn);
            rollOut(setup).forEach(shell.out()::println);
            ProviderReport.lines().forEach(shell.out()::println);
            GatewayConfig config = setup.config();
            shell.out()
                    .println("RSA in batches: "
                            + RsaBatches.look(
                                    config.crypto().isBatching(),
                                    config.journal().batchMark()));
            return postfix == null ? ExitCode.OK : postfix(setup, postfix);
        }
    }

    private int postfix(Setup setup, String folder) {
        Postconf postconf =
                Postconf.of(Optional.of(folder).filter(text -> !text.isEmpty()).map(Path::of));
        List<Unsafe> found = PostfixCheck.of(
                postconf, GatewayPlaces.of(setup.config()), setup.rules().internal());
        for (Unsafe each : found) {
            shell.problem((each.isError() ? "error: " : "warning: ") + "Postfix: " + each.what());
            shell.hint(each.hint());
        }
        if (found.stream().anyMatch(Unsafe::isError)) {
            return ExitCode.CONFIG;
        }
        shell.out().println("postfix: nothing unsafe found");
        return ExitCode.OK;
    }

    /**
     * A journal that cannot be used stops a start of the gateway. A journal that does not exist yet is made by the
     * start.
     */
    private static String journal(Path file) {
        if (Files.notExists(file) && Files.notExists(JournalFile.ledger(file))) {
            return "journal: " + file + ", there is none yet";
        }
        try {
            List<String> faults = JournalFile.faults(file);
            if (faults.isEmpty()) {
                return "journal: " + file;
            }
            throw new CommandFailure(
                    ExitCode.CONFIG,
                    "journal.file: " + file + " is damaged: " + faults.getFirst(),
                    "remove it; mail that is being retried now may then be sent twice");
        } catch (JournalException e) {
            throw new CommandFailure(ExitCode.CONFIG, "journal.file: " + e.getMessage());
        }
    }

    /** A gateway does not start without the database of its fleet, and takes no mail with other secrets. */
    private String fleet(FleetConfig fleet, GatewayConfig config) {
        Postgres database = new Postgres(fleet.database(), config.journal().timeLimit());
        FleetView view = new FleetView(database);
        try {
            if (!view.isThere()) {
                return "fleet: " + database.name() + ", this is " + fleet.node() + ", no gateway has joined yet";
            }
            List<FleetView.NodeState> alive =
                    view.nodes().stream().filter(FleetView.NodeState::isAlive).toList();
            view.held().ifPresent(why -> shell.warn("the fleet holds mail: " + why));
            Map<String, String> secrets = FleetSecrets.of(config);
            differs("the fleet", secrets, view.secrets());
            alive.stream()
                    .filter(node -> !node.name().equals(fleet.node()))
                    .forEach(node -> differs(node.name(), secrets, node.said().secrets()));
            return "fleet: " + database.name() + ", this is " + fleet.node() + ", alive: "
                    + (alive.isEmpty()
                            ? "none"
                            : alive.stream().map(FleetView.NodeState::name).collect(Collectors.joining(", ")));
        } catch (JournalException e) {
            throw CommandFailure.of(e);
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.CONFIG, "directory.masterKey: " + e.getMessage());
        }
    }

    private void differs(String whose, Map<String, String> ours, Map<String, String> theirs) {
        String names = FleetView.differing(ours, theirs);
        if (!names.equals("same")) {
            shell.warn("fleet: " + whose + " has another secret in " + names);
        }
    }

    /**
     * The gateway does not start unless it can keep the text of its policy beside the log. The start makes a folder
     * that does not exist yet.
     */
    private static void requireWritable(Path evidence) {
        if (Files.exists(evidence) && !(Files.isDirectory(evidence) && Files.isWritable(evidence))) {
            throw new CommandFailure(
                    ExitCode.CONFIG,
                    "audit.file: the text of the policy cannot be kept beside the log: " + evidence
                            + (Files.isDirectory(evidence)
                                    ? " may not be written to by " + System.getProperty("user.name")
                                    : " is no folder"),
                    "the user that the gateway runs as must own it");
        }
    }

    /** Names the certificates in use that have expired or expire soon. */
    private static List<String> ending(Setup setup, Instant now) {
        List<String> lines = new ArrayList<>(TlsCertificates.of(setup.config()).ending(now, SOON));
        try {
            for (Expiry each : setup.directory().expiries()) {
                each.next()
                        .filter(end -> !end.at().isAfter(now.plus(SOON)))
                        .ifPresent(end -> lines.add("the certificate of %s expires on %s, SHA-256 %s"
                                .formatted(word(each.kind()), end.at(), end.sha256())));
            }
        } catch (DatabaseException | StoreUnavailableException e) {
            lines.add("it cannot be told when certificates of keys and trust anchors expire: " + e.getMessage());
        }
        return lines;
    }

    private static String word(Expiry.Kind kind) {
        return switch (kind) {
            case KEY -> "a private key";
            case ANCHOR -> "a trust anchor";
            case LISTENER -> "a listener";
            case NEXT_HOP -> "a next hop";
        };
    }

    /** Names the settings that differ from ordinary operation. */
    private static List<String> rollOut(Setup setup) {
        List<String> lines = new ArrayList<>();
        List<UpstreamConfig> upstreams = setup.config().upstreams();
        if (!upstreams.isEmpty()) {
            lines.add("upstreams: "
                    + upstreams.stream().map(UpstreamConfig::name).collect(Collectors.joining(", "))
                    + "; what one that is new or changed has in flight may be sent twice");
        }
        setup.shadow()
                .ifPresent(reading -> lines.add("shadow: " + reading.file().path() + ", "
                        + setup.shadowRules()
                                .map(rules -> "decided and recorded, never enforced (SHA-256 " + rules.sha256() + ")")
                                .orElse("cannot be used, nothing is decided in shadow")));
        if (setup.config().policy().reload() == PolicyConfig.Reload.ON_SIGNAL) {
            lines.add("reload: at SIGHUP only");
        }
        if (setup.config().mode() == GatewayConfig.Mode.OBSERVE) {
            lines.add("mode: observe, THE POLICY IS NOT ENFORCED");
        }
        return lines;
    }

    /** The same time as in the alert PostsealCertificateExpires. */
    private static final Duration SOON = Duration.ofDays(21);
}
