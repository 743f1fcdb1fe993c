package org.postseal.gateway.admin.cli.fleet;

import java.io.IOException;
import java.nio.file.Path;
import java.security.PublicKey;
import java.util.Collection;
import java.util.List;
import java.util.concurrent.Callable;
import org.postseal.gateway.admin.cli.policy.ProposedPolicy;
import org.postseal.gateway.admin.cli.support.CommandFailure;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.SharedDatabase;
import org.postseal.gateway.admin.cli.support.Shell;
import org.postseal.gateway.audit.chain.CheckpointKey;
import org.postseal.gateway.config.FleetConfig.SharedPolicy;
import org.postseal.gateway.road.fleet.FleetPolicies;
import org.postseal.gateway.road.fleet.FleetPolicies.Bundle;
import org.postseal.gateway.road.fleet.PolicyBundle;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "propose",
        description = "Check, test and sign a policy, and let all gateways compile and test it.",
        footer = {
            "",
            "The cases beside the policy are tested as by policy test, and go with it. Nothing counts yet.",
            "",
            "  openssl genpkey -algorithm ed25519 -out admin.key",
            "  openssl pkey -in admin.key -pubout -out admin.pem",
            "  postseal fleet policy propose policy.yaml --key admin.key --as policy_admin"
        })
final class PolicyProposeCommand implements Callable<Integer> {
    private final Shell shell;

    @Parameters(paramLabel = "FILE", description = "the policy")
    private Path file = Path.of("policy.yaml");

    @Option(
            names = "--key",
            required = true,
            paramLabel = "FILE",
            description = "private key (Ed25519, PEM) whose public key is one of fleet.policy.signers")
    private Path key = Path.of("");

    @Mixin
    private PolicyAdmin admin = new PolicyAdmin();

    PolicyProposeCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        FleetPolicies policies = admin.policies(shell);
        SharedPolicy shared = SharedDatabase.fleet(shell.configForReviewer(), shell)
                .policy()
                .orElseThrow(() -> new CommandFailure(
                        ExitCode.CONFIG,
                        "no gateway would take it: there is no fleet.policy",
                        "fleet.policy.signers in " + shell.configFile()));
        List<PolicyBundle.File> files = ProposedPolicy.files(file, shell.console());
        SharedDatabase.run(policies::bundles).stream()
                .filter(Bundle::isWaiting)
                .findFirst()
                .ifPresent(waiting -> {
                    throw new CommandFailure(
                            ExitCode.REFUSED,
                            "the policy of epoch " + waiting.epoch() + " waits to be activated",
                            "before: postseal fleet policy activate, or withdraw");
                });
        PolicyBundle bundle = SharedDatabase.run(() -> policies.propose(files, statement -> signed(statement, shared)));
        shell.out().println("ok: proposed as epoch " + bundle.epoch() + " (SHA-256 " + bundle.sha256() + ")");
        return ExitCode.OK;
    }

    private byte[] signed(byte[] statement, SharedPolicy shared) throws IOException {
        byte[] signature = CheckpointKey.sign(key, statement);
        Collection<PublicKey> signers =
                CheckpointKey.readPublic(shared.signers()).values();
        if (signers.stream().noneMatch(signer -> CheckpointKey.hasSigned(signer, statement, signature))) {
            throw new IOException("no gateway would take it: the public key of " + key
                    + " is none of fleet.policy.signers in " + shell.configFile());
        }
        return signature;
    }
}
