package org.postseal.gateway.admin.cli.rollout;

import java.net.InetAddress;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.Shell;
import org.postseal.gateway.admin.cli.support.WrongUse;
import org.postseal.gateway.admin.rollout.ExchangeServer;
import org.postseal.gateway.admin.rollout.GatewaySide;
import org.postseal.gateway.admin.rollout.RolloutFile;
import org.postseal.gateway.config.GatewayConfig;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "on-premises",
        description = "Write a folder of scripts that let an Exchange Server send its mail out through the gateway.",
        footer = {
            "",
            "  postseal exchange on-premises --gateway-address 10.0.0.5 --server mail.corp.example.com"
                    + " --server-address 10.0.0.10 --world edge.example.com --out exchange"
        })
final class ExchangeServerCommand implements Callable<Integer> {
    private final Shell shell;

    @Option(
            names = "--gateway-address",
            required = true,
            paramLabel = "ADDRESS",
            description = "the address from which the gateway hands mail over")
    private String address = "";

    @Option(
            names = "--port",
            paramLabel = "PORT",
            defaultValue = "2524",
            description = "port of the gateway's listener for users' mail; default: 2524")
    private int port = 2524;

    @Option(names = "--server", required = true, paramLabel = "HOST", description = "name of the Exchange Server")
    private String server = "";

    @Option(
            names = "--server-address",
            required = true,
            paramLabel = "ADDRESS",
            description = "the address from which the Exchange Server sends")
    private String serverAddress = "";

    @Option(
            names = "--world",
            required = true,
            paramLabel = "HOST",
            description = "the server that the gateway hands mail for the Internet to")
    private String world = "";

    @Mixin
    private BundleOptions bundle = new BundleOptions();

    ExchangeServerCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        GatewayConfig gateway = shell.config();
        List<RolloutFile> files = new ArrayList<>();
        try {
            InetAddress from = InetAddress.ofLiteral(address);
            ExchangeServer exchange = new ExchangeServer(bundle.gateway(gateway), port, from);
            files.addAll(exchange.scripts());
            files.addAll(bundle.policyScripts(shell));
            files.addAll(bundle.trust(shell.now()));
            files.addAll(GatewaySide.ofServer(server, InetAddress.ofLiteral(serverAddress), world, exchange));
            files.add(exchange.page(files));
        } catch (IllegalArgumentException wrong) {
            throw new WrongUse(String.valueOf(wrong.getMessage()));
        }
        bundle.folder().write(files);
        bundle.told(shell, files, false);
        return ExitCode.OK;
    }
}
