package org.postseal.gateway.admin.cli.fleet;

import java.util.concurrent.Callable;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.SharedDatabase;
import org.postseal.gateway.admin.cli.support.Shell;
import org.postseal.gateway.road.fleet.FleetPolicies;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "init",
        description = "Make the tables of policy, which the gateways may read and not write.",
        footer = {
            "",
            "The role needs the right to make a schema in the database:",
            "",
            "  GRANT CREATE ON DATABASE postseal TO policy_admin",
            "  postseal fleet policy init --as policy_admin --password-file admin.password"
        })
final class PolicyInitCommand implements Callable<Integer> {
    private final Shell shell;

    @Mixin
    private PolicyAdmin admin = new PolicyAdmin();

    PolicyInitCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        FleetPolicies policies = admin.policies(shell);
        String gateways = SharedDatabase.fleet(shell.configForReviewer(), shell)
                .database()
                .address()
                .user();
        SharedDatabase.run(() -> {
            policies.make(gateways);
            return true;
        });
        shell.out().println("ok: the tables of policy are made, and " + gateways + " may read them");
        return ExitCode.OK;
    }
}
