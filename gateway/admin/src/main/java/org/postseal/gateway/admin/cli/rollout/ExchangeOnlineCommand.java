package org.postseal.gateway.admin.cli.rollout;

import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.Shell;
import org.postseal.gateway.admin.cli.support.WrongUse;
import org.postseal.gateway.admin.rollout.ExchangeOnline;
import org.postseal.gateway.admin.rollout.GatewaySide;
import org.postseal.gateway.admin.rollout.RolloutFile;
import org.postseal.gateway.admin.rollout.Secrets;
import org.postseal.gateway.config.GatewayConfig;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "online",
        description = "Write a folder of scripts that send the mail of an Exchange Online tenant through the gateway.",
        footer = {
            "",
            "The folder holds connectors, transport rules, and the policy as Exchange has it,"
                    + " each as a script to read and run, README.md that",
            "explains them, and gateway.yaml with its secret files for this side."
                    + " A configuration that has tenantTokens and loops.exchangeHeader",
            "keeps its secrets; else new ones are made. Nothing is sent to Microsoft and nothing changes here.",
            "What Microsoft's values cannot express is named, with what Exchange is told instead;"
                    + " --without-policy leaves the policy out.",
            "",
            "  postseal exchange online --mail-host example-com.mail.protection.outlook.com --out exchange"
        })
final class ExchangeOnlineCommand implements Callable<Integer> {
    private final Shell shell;

    @Option(
            names = "--mail-host",
            required = true,
            paramLabel = "HOST",
            description = "where the tenant takes mail: its MX, TENANT.mail.protection.outlook.com")
    private String mailHost = "";

    @Option(
            names = "--arc-sealer",
            paramLabel = "DOMAIN",
            description = "d= of the ARC seals that this tenant shall believe")
    private @Nullable String arcSealer;

    @Mixin
    private BundleOptions bundle = new BundleOptions();

    ExchangeOnlineCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        GatewayConfig gateway = shell.config();
        Secrets secrets;
        ExchangeOnline exchange;
        try {
            secrets = Secrets.of(gateway);
            exchange = new ExchangeOnline(new ExchangeOnline.Tenant(
                    bundle.gateway(gateway),
                    mailHost,
                    secrets.token(),
                    secrets.submission(),
                    secrets.inbound(),
                    secrets.done(),
                    Optional.ofNullable(arcSealer)));
        } catch (IllegalArgumentException wrong) {
            throw new WrongUse(String.valueOf(wrong.getMessage()));
        }
        List<RolloutFile> files = new ArrayList<>(exchange.scripts());
        files.addAll(bundle.policyScripts(shell));
        files.addAll(bundle.trust(shell.now()));
        files.addAll(GatewaySide.ofTenant(mailHost, secrets));
        files.add(exchange.page(files));
        bundle.folder().write(files);
        bundle.told(shell, files, secrets.areNew());
        return ExitCode.OK;
    }
}
