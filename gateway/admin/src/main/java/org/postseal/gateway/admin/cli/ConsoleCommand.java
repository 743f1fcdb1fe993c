package org.postseal.gateway.admin.cli;

import java.io.IOException;
import java.time.InstantSource;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.Callable;
import java.util.concurrent.LinkedBlockingQueue;
import org.postseal.certstore.provider.CryptoProviders;
import org.postseal.gateway.admin.cli.policy.CasesBeside;
import org.postseal.gateway.admin.cli.support.CommandFailure;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.Problems;
import org.postseal.gateway.admin.cli.support.Shell;
import org.postseal.gateway.admin.cli.support.Signals;
import org.postseal.gateway.app.assembly.ConsoleTls;
import org.postseal.gateway.app.logging.LogFormat;
import org.postseal.gateway.app.logging.LogSettings;
import org.postseal.gateway.audit.systemd.ServiceManager;
import org.postseal.gateway.config.ConfigReader;
import org.postseal.gateway.config.ConfigResult;
import org.postseal.gateway.config.GatewayConfig;
import org.postseal.gateway.config.HostPort;
import org.postseal.gateway.config.KeyLines;
import org.postseal.gateway.console.ConsoleServer;
import org.postseal.policy.yaml.Problem;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;

/** {@code postseal console} serves pages about the log, the policy and the certificates until SIGTERM. */
@Command(
        name = "console",
        description =
                "Serve pages for a browser that show what became of mail and why, until SIGTERM; changes nothing.",
        footer = {
            "",
            "It is a process of its own and reads the files that the gateway of the same configuration writes."
                    + " Below console the configuration says where it listens and who may look: docs/console.md."
        })
final class ConsoleCommand implements Callable<Integer> {
    private final Shell shell;
    private final BlockingQueue<Signals.Kind> signals = new LinkedBlockingQueue<>();

    @Option(
            names = "--log-format",
            paramLabel = "text|json",
            description = "format of the log on standard error, for people or for a collector; default: text")
    private LogFormat logFormat = LogFormat.TEXT;

    ConsoleCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() throws InterruptedException {
        LogSettings.serving(logFormat);
        // The pages verify certificate paths, for which the JCA providers must be set up
        CryptoProviders.install();
        GatewayConfig config = config();
        Signals.deliverTo(signals);
        try (ServiceManager manager = ServiceManager.fromEnvironment();
                ConsoleServer server = start(config)) {
            String address = (config.console().tls().isPresent() ? "https://" : "http://")
                    + HostPort.text(server.address()) + "/";
            LOG.info("console: {}{}", address, config.console().isGuarded() ? "" : ", for everybody on this machine");
            manager.ready(address);
            while (signals.take() == Signals.Kind.RELOAD) {
                LOG.info("the configuration of the console is read at its start only");
            }
        }
        LOG.info("stopped");
        return ExitCode.OK;
    }

    private GatewayConfig config() {
        return switch (ConfigReader.readForConsole(shell.configFile())) {
            case ConfigResult.Loaded(GatewayConfig loaded, List<Problem> warnings, KeyLines _) -> {
                Problems.print(warnings, shell.console());
                yield loaded;
            }
            case ConfigResult.Broken broken -> {
                Problems.print(broken.problems(), shell.console());
                throw Problems.inConfiguration(broken.problems());
            }
        };
    }

    private static ConsoleServer start(GatewayConfig config) {
        try {
            return ConsoleServer.start(
                    config, ConsoleTls.of(config.console()), new CasesBeside(), InstantSource.system());
        } catch (IOException e) {
            throw new CommandFailure(
                    ExitCode.UNAVAILABLE,
                    "console.address " + HostPort.text(config.console().address()) + ": " + e.getMessage(),
                    "is another console running? see: ss -ltnp");
        }
    }

    private static final Logger LOG = LoggerFactory.getLogger(ConsoleCommand.class);
}
