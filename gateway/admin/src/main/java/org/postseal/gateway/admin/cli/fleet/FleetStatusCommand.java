package org.postseal.gateway.admin.cli.fleet;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.Listing;
import org.postseal.gateway.admin.cli.support.Options;
import org.postseal.gateway.admin.cli.support.SharedDatabase;
import org.postseal.gateway.admin.cli.support.Shell;
import org.postseal.gateway.road.fleet.FleetView;
import org.postseal.gateway.road.fleet.FleetView.NodeState;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "status",
        description = "List the gateways of the fleet, and say which take mail.",
        footer = {
            "",
            "A gateway is away if the database has not heard of it for ten seconds. ROWS says how many rows of the"
                    + " journal it holds:",
            "their messages are on their way, or were when it went away. CLOCK says how far its clock is ahead of the"
                    + " database's,",
            "SECRETS which of its keys are not those of the fleet, and WHY why it takes no mail.",
            "",
            "  postseal fleet status --json"
        })
final class FleetStatusCommand implements Callable<Integer> {
    private final Shell shell;

    @Mixin
    private Options.Json json = new Options.Json();

    FleetStatusCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        SharedDatabase database = SharedDatabase.required(shell);
        List<NodeState> nodes = database.read(FleetView::nodes);
        database.read(FleetView::held).ifPresent(why -> shell.warn("the fleet holds mail: " + why));
        Map<String, String> secrets = database.read(FleetView::secrets);
        new Listing<NodeState>(shell, json.isWanted(), FleetStatusCommand::members)
                .column("NODE", NodeState::name)
                .column("STATE", FleetStatusCommand::state)
                .column("HEARD", node -> node.heard().toString())
                .column("STARTED", node -> node.started().toString())
                .column("STARTS", node -> String.valueOf(node.incarnation()))
                .column("ROWS", node -> String.valueOf(node.rows()))
                .column("CLOCK", node -> node.said().clock() + " ms")
                .column("POLICY", node -> "%.8s".formatted(node.said().policy()))
                .column("SECRETS", node -> FleetView.differing(node.said().secrets(), secrets))
                .column("VERSION", NodeState::version)
                .column("WHY", node -> node.said().fault())
                .print(nodes, Options.count(nodes, "gateway"));
        return ExitCode.OK;
    }

    static String state(NodeState node) {
        if (node.isDrained()) {
            return node.isBusy() ? "draining" : "drained";
        }
        if (!node.isAlive()) {
            return "away";
        }
        return node.said().fault().isEmpty() ? "ready" : "not ready";
    }

    private static Map<String, Object> members(NodeState node) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("node", node.name());
        members.put("state", state(node));
        members.put("fault", node.said().fault());
        members.put("heard", node.heard());
        members.put("started", node.started());
        members.put("starts", node.incarnation());
        members.put("rows", node.rows());
        members.put("clockMilliseconds", node.said().clock());
        members.put("policySha256", node.said().policy());
        members.put("secrets", node.said().secrets());
        members.put("version", node.version());
        return members;
    }
}
