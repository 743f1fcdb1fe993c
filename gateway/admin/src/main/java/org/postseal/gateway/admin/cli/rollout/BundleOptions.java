package org.postseal.gateway.admin.cli.rollout;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postseal.gateway.admin.cli.support.CommandFailure;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.Shell;
import org.postseal.gateway.admin.rollout.PolicyScripts;
import org.postseal.gateway.admin.rollout.RolloutFile;
import org.postseal.gateway.admin.rollout.TrustScript;
import org.postseal.gateway.config.GatewayConfig;
import org.postseal.policy.exchange.ExchangeExport;
import org.postseal.policy.exchange.ExchangeGaps;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options that both kinds of Exchange share. */
final class BundleOptions {
    @Mixin
    private NewFolder folder = new NewFolder();

    @Option(
            names = "--gateway",
            paramLabel = "HOST",
            description = "name of the gateway, also in its TLS certificate; default: hostName")
    private @Nullable String gateway;

    @Option(
            names = "--sst",
            paramLabel = "FILE",
            description = "the issuers that Exchange shall trust, made by 'trust export NAME --sst'")
    private @Nullable Path sst;

    @Option(names = "--policy", paramLabel = "NAME", description = "only this mailbox policy, and no smime section")
    private @Nullable String policy;

    @Option(names = "--without-policy", description = "leave out the scripts that set the policy in Exchange")
    private boolean isWithoutPolicy;

    NewFolder folder() {
        return folder;
    }

    String gateway(GatewayConfig config) {
        return Optional.ofNullable(gateway).orElse(config.hostName());
    }

    List<RolloutFile> policyScripts(Shell shell) {
        if (isWithoutPolicy) {
            return List.of();
        }
        ExchangeExport.Exported exported = PolicyInExchange.export(
                shell,
                Optional.ofNullable(policy),
                ExchangeGaps.LEFT_TO_THE_GATEWAY,
                "--without-policy leaves it out, --policy takes one mailbox policy");
        List<RolloutFile> files = new ArrayList<>();
        if (exported.objects().stream().anyMatch(PolicyScripts::isMobilePolicy)) {
            files.add(new RolloutFile("mobile-policies.ps1", PolicyScripts.mobilePolicies(exported.objects()), false));
        }
        PolicyScripts.smimeConfig(exported.objects())
                .ifPresent(script -> files.add(new RolloutFile("smime-config.ps1", script, false)));
        return files;
    }

    List<RolloutFile> trust(Instant now) {
        Path file = sst;
        if (file == null) {
            return List.of();
        }
        byte[] octets;
        try {
            octets = Files.readAllBytes(file);
        } catch (IOException e) {
            throw new CommandFailure(ExitCode.INPUT_OUTPUT, file + " cannot be read");
        }
        return switch (TrustScript.of(octets, now)) {
            case TrustScript.Made(List<RolloutFile> files) -> files;
            case TrustScript.Refused(List<String> problems) ->
                throw new CommandFailure(
                        ExitCode.REFUSED,
                        file + ": Exchange would refuse it: " + String.join("; ", problems),
                        "postseal trust export NAME --sst -o " + file);
        };
    }

    void told(Shell shell, List<RolloutFile> files, boolean hasNewSecrets) {
        files.forEach(
                file -> shell.out().println(folder.path().resolve(file.name()) + (file.isSecret() ? " (secret)" : "")));
        shell.hint("read " + folder.path().resolve("README.md") + " first"
                + (hasNewSecrets
                        ? "; the secrets are new, so the gateway must get gateway.yaml before the rules are set"
                        : ""));
    }
}
