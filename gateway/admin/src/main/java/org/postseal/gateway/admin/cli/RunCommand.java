package org.postseal.gateway.admin.cli;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.function.Consumer;
import java.util.function.Supplier;
import org.postseal.gateway.admin.cli.policy.BundledCases;
import org.postseal.gateway.admin.cli.support.CommandFailure;
import org.postseal.gateway.admin.cli.support.Console;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.Problems;
import org.postseal.gateway.admin.cli.support.Signals;
import org.postseal.gateway.app.assembly.Assembly;
import org.postseal.gateway.app.assembly.CannotListenException;
import org.postseal.gateway.app.assembly.PolicyState;
import org.postseal.gateway.app.assembly.Reload;
import org.postseal.gateway.app.assembly.RunningGateway;
import org.postseal.gateway.app.assembly.Setup;
import org.postseal.gateway.app.assembly.SetupReader;
import org.postseal.gateway.app.logging.LogFormat;
import org.postseal.gateway.app.logging.LogSettings;
import org.postseal.gateway.audit.systemd.ServiceManager;
import org.postseal.gateway.audit.systemd.Watchdog;
import org.postseal.gateway.config.Checked;
import org.postseal.gateway.config.GatewayConfig;
import org.postseal.gateway.config.HostPort;
import org.postseal.gateway.config.PolicyConfig;
import org.postseal.gateway.road.journal.JournalException;
import org.postseal.gateway.smtp.server.ConnectionPlaces;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code postseal run} runs the gateway until SIGTERM. SIGHUP makes it read configuration, policy and store again. */
@Command(
        name = "run",
        description = "Run the gateway until SIGTERM;"
                + " it takes up a changed policy by itself, and everything else after SIGHUP.")
final class RunCommand implements Callable<Integer> {
    private final Supplier<Path> config;
    private final Console console;
    private final Assembly assembly;
    private final SetupReader setups;
    private final Consumer<Queue<Signals.Kind>> signalSource;
    private final BlockingQueue<Signals.Kind> signals = new LinkedBlockingQueue<>();

    @Option(
            names = "--log-format",
            paramLabel = "text|json",
            description = "format of the log on standard error, for people or for a collector; default: text")
    private LogFormat logFormat = LogFormat.TEXT;

    RunCommand(Supplier<Path> config, Console console, Assembly assembly, SetupReader setups) {
        this(config, console, assembly, setups, Signals::deliverTo);
    }

    /** Takes another source of signals, for tests. It is asked once, before the listeners are opened. */
    RunCommand(
            Supplier<Path> config,
            Console console,
            Assembly assembly,
            SetupReader setups,
            Consumer<Queue<Signals.Kind>> signalSource) {
        this.signalSource = signalSource;
        this.config = config;
        this.console = console;
        this.assembly = assembly;
        this.setups = setups;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        LogSettings.serving(logFormat);
        try (Setup setup = Problems.require(read(), console);
                ServiceManager manager = ServiceManager.fromEnvironment()) {
            signalSource.accept(signals);
            try (RunningGateway gateway = start(setup);
                    Watchdog _ = Watchdog.start(manager, gateway.vital())) {
                serve(gateway, setup, manager);
            }
        }
        return ExitCode.OK;
    }

    private Checked<Setup> read() {
        try {
            return setups.read(config.get());
        } catch (UncheckedIOException e) {
            throw e.getCause() instanceof JournalException cause
                    ? CommandFailure.of(cause)
                    : new CommandFailure(ExitCode.CONFIG, String.valueOf(e.getMessage()));
        }
    }

    private RunningGateway start(Setup setup) throws IOException {
        try {
            return RunningGateway.start(assembly, setup);
        } catch (CannotListenException taken) {
            throw new CommandFailure(
                    ExitCode.UNAVAILABLE,
                    String.valueOf(taken.getMessage()),
                    "is another gateway running? see: ss -ltnp");
        } catch (IOException e) {
            // The database of a fleet may only be away for a while, and systemd shall try again.
            throw e instanceof JournalException failed && setup.config().fleet().isPresent()
                    ? CommandFailure.of(failed)
                    : new CommandFailure(ExitCode.CONFIG, String.valueOf(e.getMessage()));
        }
    }

    /** Warns only at the start; after a reload the metric {@code postseal_connections_limit} shows the new limit. */
    private static void warnOfOpenFiles(GatewayConfig config) {
        ConnectionPlaces places = ConnectionPlaces.ofProcess();
        long wanted = (long) config.limits().connections() * config.listeners().size();
        if (wanted > places.limit()) {
            LOG.warn(
                    "open files: {} at a time are enough for {} connections,"
                            + " limits.connections of all listeners are {}: raise LimitNOFILE or ulimit -n",
                    places.openFiles(),
                    places.limit(),
                    wanted);
        }
    }

    private void serve(RunningGateway gateway, Setup started, ServiceManager manager)
            throws IOException, InterruptedException {
        List<InetSocketAddress> addresses = gateway.addresses();
        for (int i = 0; i < addresses.size(); i++) {
            GatewayConfig.Listener listener = started.config().listeners().get(i);
            LOG.info(
                    "listening: {} {} port {} role {}",
                    listener.protocol(),
                    addresses.get(i).getAddress().getHostAddress(),
                    addresses.get(i).getPort(),
                    listener.role());
        }
        warnOfOpenFiles(started.config());
        gateway.metricsAddress()
                .ifPresent(address ->
                        LOG.info("metrics and health: http://{}/metrics, /live, /ready", HostPort.text(address)));
        LOG.info(
                "postseal {} ready, policy {}",
                VersionCommand.version(),
                started.rules().sha256());
        started.shadowRules().ifPresent(shadow -> LOG.info("in shadow, decided and not enforced: {}", shadow.sha256()));
        if (started.config().mode() == GatewayConfig.Mode.OBSERVE) {
            LOG.warn(
                    "MODE OBSERVE: every message is relayed as it came; nothing is signed, encrypted, opened or refused"
                            + " by the policy, what it decides is only recorded");
        }
        manager.ready(status(gateway));
        Reload reload = new Reload(setups, config.get(), gateway, started, InstantSource.system());
        started.shared().ifPresent(shared -> shared.follow(reload, assembly, BundledCases::failures));
        waitForStop(gateway, reload, started.config().policy().reload(), manager);
        LOG.info(
                "stopping: no new mail, up to {} s for what runs",
                gateway.drainLimit().toSeconds());
        manager.stopping(gateway.drainLimit().plus(CLOSING), "no new mail, what runs is finished");
        gateway.drain(gateway.drainLimit());
        LOG.info("stopped");
    }

    private void waitForStop(RunningGateway gateway, Reload reload, PolicyConfig.Reload when, ServiceManager manager)
            throws InterruptedException {
        String told = status(gateway);
        while (true) {
            Optional<Signals.Kind> signal = switch (when) {
                case ON_CHANGE -> Optional.ofNullable(signals.poll(LOOK.toMillis(), TimeUnit.MILLISECONDS));
                case ON_SIGNAL ->
                    reload.isSignalOwed()
                            ? Optional.ofNullable(signals.poll(LOOK.toMillis(), TimeUnit.MILLISECONDS))
                            : Optional.of(signals.take());
            };
            if (signal.isEmpty()) {
                reload.look();
                if (!told.equals(status(gateway))) {
                    told = status(gateway);
                    manager.working(told);
                }
            } else if (signal.get() == Signals.Kind.RELOAD) {
                manager.reloading();
                reload.signalled();
                told = status(gateway);
                manager.ready(reload.isSignalOwed() ? "the reload waits for the audit log" : told);
            } else {
                return;
            }
        }
    }

    private static String status(RunningGateway gateway) {
        PolicyState state = gateway.policyState();
        return "policy " + state.sha256().substring(0, 12) + (state.isObserved() ? " observed" : " in force")
                + (state.problems() > 0 ? ", the last reload was refused, see the log" : "");
    }

    /** The time beyond the drain limit in which files and connections are closed. */
    private static final Duration CLOSING = Duration.ofSeconds(15);

    private static final Logger LOG = LoggerFactory.getLogger(RunCommand.class);
    /** The time between two checks of the policy files. A change takes effect after the second check that finds it. */
    private static final Duration LOOK = Duration.ofSeconds(1);
}
