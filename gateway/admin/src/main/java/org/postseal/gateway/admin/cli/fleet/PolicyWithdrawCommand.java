package org.postseal.gateway.admin.cli.fleet;

import java.util.concurrent.Callable;
import org.postseal.gateway.admin.cli.support.CommandFailure;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.SharedDatabase;
import org.postseal.gateway.admin.cli.support.Shell;
import org.postseal.gateway.road.fleet.FleetPolicies;
import org.postseal.gateway.road.fleet.FleetPolicies.Bundle;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "withdraw",
        description = "Take back a policy that was proposed and not activated.",
        footer = {"", "To go back to an older policy, propose that one again."})
final class PolicyWithdrawCommand implements Callable<Integer> {
    private final Shell shell;

    @Mixin
    private PolicyAdmin admin = new PolicyAdmin();

    PolicyWithdrawCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        FleetPolicies policies = admin.policies(shell);
        Bundle waiting = PolicyAdmin.waiting(policies);
        if (!SharedDatabase.run(() -> policies.withdraw(waiting.epoch()))) {
            throw new CommandFailure(ExitCode.REFUSED, "somebody else has activated or withdrawn it meanwhile");
        }
        shell.out().println("ok: the policy of epoch " + waiting.epoch() + " is withdrawn");
        return ExitCode.OK;
    }
}
