package org.postseal.gateway.admin.cli.fleet;

import java.time.Duration;
import java.util.List;
import java.util.concurrent.Callable;
import org.postseal.gateway.admin.cli.support.CommandFailure;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.SharedDatabase;
import org.postseal.gateway.admin.cli.support.Shell;
import org.postseal.gateway.road.fleet.FleetView;
import picocli.CommandLine.Command;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "drain",
        description = "Take a gateway out: it takes no new mail, and what is on its way ends.",
        footer = {
            "",
            "The gateway is not ready from then on, and answers 451 to mail that comes all the same, also after it was"
                    + " started again.",
            "The command waits until no message is on its way there. The gateway may then be stopped; a drained gateway"
                    + " is not missed.",
            "",
            "  postseal fleet drain gw-2",
            "  postseal fleet drain gw-2 --undo"
        })
final class FleetDrainCommand implements Callable<Integer> {
    private final Shell shell;

    @Parameters(paramLabel = "NODE", description = "fleet.node of that gateway, which may be this one")
    private String node = "";

    @Option(names = "--undo", description = "let it take mail again")
    private boolean isUndone;

    @Option(
            names = "--wait",
            paramLabel = "SECONDS",
            description = "wait so long until no message is on its way; default: ${DEFAULT-VALUE}")
    private int seconds = 60;

    FleetDrainCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() throws InterruptedException {
        SharedDatabase database = SharedDatabase.required(shell);
        FleetView.NodeState before = state(database);
        shell.handOver(
                shell.config(),
                isUndone ? "the end of the drain" : "the drain",
                isUndone ? "fleet-undrain" : "fleet-drain",
                "node:" + node,
                List.of("was " + FleetStatusCommand.state(before)));
        if (!database.<Boolean>read(view -> view.drain(node, !isUndone))) {
            throw unknown();
        }
        if (isUndone) {
            shell.out().println(node + " takes mail again");
            return ExitCode.OK;
        }
        long end = System.nanoTime() + Duration.ofSeconds(seconds).toNanos();
        FleetView.NodeState now = state(database);
        while (now.isBusy()) {
            if (System.nanoTime() > end) {
                throw new CommandFailure(
                        ExitCode.TRY_AGAIN,
                        node + " is drained, and messages are still on their way after " + seconds + " s",
                        "postseal fleet drain " + node + " waits on");
            }
            Thread.sleep(POLL);
            now = state(database);
        }
        shell.out().println(node + " is drained" + (now.isAlive() ? ", no message is on its way" : ", and is away"));
        return ExitCode.OK;
    }

    private FleetView.NodeState state(SharedDatabase database) {
        return database.read(FleetView::nodes).stream()
                .filter(each -> each.name().equals(node))
                .findFirst()
                .orElseThrow(this::unknown);
    }

    private CommandFailure unknown() {
        return new CommandFailure(ExitCode.REFUSED, "the fleet has no gateway " + node, "postseal fleet status");
    }

    private static final Duration POLL = Duration.ofMillis(200);
}
