package org.postseal.gateway.cli;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.List;
import java.util.Queue;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.function.Consumer;
import org.postseal.gateway.assembly.Assembly;
import org.postseal.gateway.assembly.Checked;
import org.postseal.gateway.assembly.RunningGateway;
import org.postseal.gateway.assembly.Setup;
import org.postseal.gateway.assembly.SetupReader;
import org.postseal.gateway.config.GatewayConfig;
import org.postseal.gateway.logging.LogFormat;
import org.postseal.gateway.logging.LogSettings;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Option;
import picocli.CommandLine.TypeConversionException;

/** {@code postseal run}: the gateway, until SIGTERM; SIGHUP reads policy and store again. */
@Command(name = "run", description = "Run the gateway until SIGTERM; SIGHUP reads policy and certificates again.")
final class RunCommand implements Callable<Integer> {
    private final CommandLineInterface.Root root;
    private final Console console;
    private final Assembly assembly;
    private final SetupReader setups;
    private final Consumer<Queue<Signals.Kind>> signalSource;
    private final BlockingQueue<Signals.Kind> signals = new LinkedBlockingQueue<>();

    @Option(
            names = "--log-format",
            paramLabel = "text|json",
            converter = LogFormatConverter.class,
            description = "lines for people or for a collector, on standard error; default: text")
    private LogFormat logFormat = LogFormat.TEXT;

    RunCommand(CommandLineInterface.Root root, Console console, Assembly assembly, SetupReader setups) {
        this(root, console, assembly, setups, Signals::deliverTo);
    }

    /** With another source of signals, for tests; it is asked once, before the listeners are opened. */
    RunCommand(
            CommandLineInterface.Root root,
            Console console,
            Assembly assembly,
            SetupReader setups,
            Consumer<Queue<Signals.Kind>> signalSource) {
        this.signalSource = signalSource;
        this.root = root;
        this.console = console;
        this.assembly = assembly;
        this.setups = setups;
    }

    @Override
    public Integer call() throws IOException, InterruptedException {
        LogSettings.serving(logFormat);
        try (Setup setup = SetupLoading.read(setups.read(root.config()), console)) {
            signalSource.accept(signals);
            try (RunningGateway gateway = start(setup)) {
                serve(gateway, setup);
            }
        }
        return ExitCode.OK;
    }

    private RunningGateway start(Setup setup) throws IOException {
        try {
            return RunningGateway.start(assembly, setup);
        } catch (RunningGateway.CannotListenException taken) {
            throw new CommandFailure(
                    ExitCode.UNAVAILABLE,
                    String.valueOf(taken.getMessage()),
                    "is another gateway running? see: ss -ltnp");
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.CONFIG, String.valueOf(e.getMessage()));
        }
    }

    private void serve(RunningGateway gateway, Setup started) throws IOException, InterruptedException {
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
        LOG.info(
                "postseal {} ready, policy {}",
                VersionCommand.version(),
                started.rules().sha256());
        Setup inForce = started;
        while (signals.take() == Signals.Kind.RELOAD) {
            inForce = reload(gateway, inForce);
        }
        LOG.info("stopping: no new mail, up to {} s for what runs", DRAIN.toSeconds());
        gateway.drain(DRAIN);
        LOG.info("stopped");
    }

    private Setup reload(RunningGateway gateway, Setup inForce) {
        try {
            return readAgain(gateway, inForce);
        } catch (IOException | RuntimeException e) {
            // A border like that of a session: a file that some parser trips over must not end a gateway that runs
            LOG.error("reload failed", e);
            return inForce;
        }
    }

    private Setup readAgain(RunningGateway gateway, Setup inForce) throws IOException {
        Checked<SetupReader.Reread> checked = setups.reread(root.config());
        checked.problems().forEach(problem -> LOG.warn("{}", SetupLoading.line(problem)));
        if (checked.value().isEmpty()) {
            LOG.error("reload refused, the old policy and certificates stay in force");
            return inForce;
        }
        SetupReader.Reread next = checked.value().get();
        if (!next.config().equals(inForce.config())) {
            LOG.warn(
                    "postseal.yaml has changed: its new settings count from the next start; policy and certificates count now");
        }
        Setup mixed = new Setup(inForce.config(), next.rules(), inForce.directory());
        inForce.directory().replaceFiles(next.files());
        gateway.replace(mixed);
        LOG.info("reloaded, policy {}", mixed.rules().sha256());
        return mixed;
    }

    /** {@code text} or {@code json}. */
    static final class LogFormatConverter implements ITypeConverter<LogFormat> {
        @Override
        public LogFormat convert(String text) {
            return switch (text) {
                case "text" -> LogFormat.TEXT;
                case "json" -> LogFormat.JSON;
                default -> throw new TypeConversionException("must be text or json, not '" + text + "'");
            };
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(RunCommand.class);
    private static final Duration DRAIN = Duration.ofSeconds(30);
}
