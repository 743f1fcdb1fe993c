package org.postseal.gateway.admin.cli.fleet;

import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import org.postseal.gateway.admin.cli.support.CommandFailure;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.Options;
import org.postseal.gateway.admin.cli.support.SharedDatabase;
import org.postseal.gateway.admin.cli.support.Shell;
import org.postseal.gateway.road.fleet.FleetPolicies;
import org.postseal.gateway.road.fleet.FleetPolicies.Bundle;
import org.postseal.gateway.road.fleet.FleetPolicies.Node;
import org.postseal.gateway.road.fleet.PolicyTimes;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "activate",
        description = "Let the proposed policy count, when all gateways can use it.",
        footer = {
            "",
            "Gateways that were seen within 60 seconds are waited for. The command ends when the policy counts,"
                    + " which is 15 seconds after the last of them.",
            "Exit code: 0 it counts; 65 a gateway cannot use it; 69 a gateway has not tried it."
        })
final class PolicyActivateCommand implements Callable<Integer> {
    private final Shell shell;

    @Mixin
    private PolicyAdmin admin = new PolicyAdmin();

    PolicyActivateCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() throws InterruptedException {
        FleetPolicies policies = admin.policies(shell);
        Bundle waiting = PolicyAdmin.waiting(policies);
        // A gateway that has gone away is absent by then.
        long end = System.nanoTime()
                + PolicyTimes.DEFAULT.absent().plus(PolicyTimes.DEFAULT.stale()).toNanos();
        while (true) {
            List<Node> nodes = SharedDatabase.run(policies::nodes).stream()
                    .filter(node -> !node.isAbsent())
                    .toList();
            requireUsable(nodes, waiting);
            Optional<Duration> ahead = SharedDatabase.run(() -> policies.activate(waiting.epoch()));
            if (ahead.isPresent()) {
                await(ahead.get(), waiting, nodes);
                return ExitCode.OK;
            }
            if (System.nanoTime() - end > 0) {
                throw new CommandFailure(
                        ExitCode.UNAVAILABLE,
                        "not activated: gateways that have not tried the policy: "
                                + nodes.stream()
                                        .filter(node -> node.of(waiting.epoch()).isEmpty())
                                        .map(Node::name)
                                        .collect(Collectors.joining(", ")),
                        "see: postseal fleet policy status");
            }
            Thread.sleep(LOOK);
        }
    }

    private void requireUsable(List<Node> nodes, Bundle waiting) {
        List<String> problems = nodes.stream()
                .flatMap(node -> node
                        .of(waiting.epoch())
                        .flatMap(FleetPolicies.Next::problem)
                        .map(problem -> node.name() + ": " + problem)
                        .stream())
                .toList();
        problems.forEach(shell::problem);
        if (!problems.isEmpty()) {
            throw new CommandFailure(
                    ExitCode.REFUSED,
                    Options.count(problems, "gateway") + " cannot use the policy of epoch " + waiting.epoch(),
                    "then: postseal fleet policy withdraw");
        }
    }

    private void await(Duration ahead, Bundle waiting, List<Node> nodes) throws InterruptedException {
        if (!nodes.isEmpty() && ahead.compareTo(PolicyTimes.DEFAULT.stale()) < 0) {
            shell.warn("the database took long to write this: until a gateway reads it, it decides by the old policy,"
                    + " and others may decide by the new one already");
        }
        Thread.sleep(ahead);
        shell.out()
                .println("ok: the policy of epoch " + waiting.epoch() + " counts (SHA-256 " + waiting.sha256() + ") at "
                        + Options.count(nodes, "gateway"));
    }

    private static final Duration LOOK = Duration.ofSeconds(1);
}
