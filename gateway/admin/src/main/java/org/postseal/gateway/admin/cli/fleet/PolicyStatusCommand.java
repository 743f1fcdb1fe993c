package org.postseal.gateway.admin.cli.fleet;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.postseal.certstore.database.Postgres;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.JsonText;
import org.postseal.gateway.admin.cli.support.Options;
import org.postseal.gateway.admin.cli.support.SharedDatabase;
import org.postseal.gateway.admin.cli.support.Shell;
import org.postseal.gateway.admin.cli.support.TextTable;
import org.postseal.gateway.config.GatewayConfig;
import org.postseal.gateway.road.fleet.FleetPolicies;
import org.postseal.gateway.road.fleet.FleetPolicies.Bundle;
import org.postseal.gateway.road.fleet.FleetPolicies.Next;
import org.postseal.gateway.road.fleet.FleetPolicies.Node;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "status",
        description = "Show the last policies of the fleet, and which gateway decides by which, or can use the next.",
        footer = {"", "  postseal fleet policy status --json"})
final class PolicyStatusCommand implements Callable<Integer> {
    private final Shell shell;

    @Mixin
    private Options.Json json = new Options.Json();

    PolicyStatusCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        GatewayConfig config = shell.config();
        FleetPolicies policies = new FleetPolicies(new Postgres(
                SharedDatabase.fleet(config, shell).database(), config.journal().timeLimit()));
        List<Bundle> bundles =
                SharedDatabase.run(policies::bundles).stream().limit(SHOWN).toList();
        List<Node> nodes = SharedDatabase.run(policies::nodes);
        if (json.isWanted()) {
            Map<String, Object> members = new LinkedHashMap<>();
            members.put(
                    "epochs", bundles.stream().map(PolicyStatusCommand::members).toList());
            members.put(
                    "gateways", nodes.stream().map(PolicyStatusCommand::members).toList());
            shell.out().println(JsonText.of(members));
            return ExitCode.OK;
        }
        TextTable epochs =
                new TextTable(shell.out(), shell.terminalWidth(), "EPOCH", "STATE", "PROPOSED", "COUNTS", "SHA-256");
        bundles.forEach(bundle -> epochs.row(
                String.valueOf(bundle.epoch()),
                state(bundle),
                bundle.proposed().toString(),
                bundle.counts().map(String::valueOf).orElse("-"),
                bundle.sha256()));
        epochs.flush();
        shell.out().println();
        TextTable gateways =
                new TextTable(shell.out(), shell.terminalWidth(), "GATEWAY", "SEEN", "DECIDES BY", "NEXT", "PROBLEM");
        nodes.forEach(node -> gateways.row(
                node.name(),
                node.seen() + (node.isAbsent() ? " (absent)" : ""),
                String.valueOf(node.epoch()),
                node.next()
                        .map(next -> next.epoch() + (next.problem().isEmpty() ? " can be used" : " cannot be used"))
                        .orElse("-"),
                node.next().flatMap(Next::problem).orElse("")));
        gateways.flush();
        return ExitCode.OK;
    }

    private static String state(Bundle bundle) {
        if (bundle.withdrawn().isPresent()) {
            return "withdrawn";
        }
        if (bundle.isWaiting()) {
            return "proposed";
        }
        return bundle.isCounting() ? "counts" : "activated";
    }

    private static Map<String, Object> members(Bundle bundle) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("epoch", bundle.epoch());
        members.put("state", state(bundle));
        members.put("sha256", bundle.sha256());
        members.put("proposed", bundle.proposed());
        bundle.counts().ifPresent(time -> members.put("counts", time));
        return members;
    }

    private static Map<String, Object> members(Node node) {
        Map<String, Object> members = new LinkedHashMap<>();
        members.put("gateway", node.name());
        members.put("seen", node.seen());
        members.put("absent", node.isAbsent());
        members.put("epoch", node.epoch());
        members.put("sha256", node.sha256());
        node.next().ifPresent(next -> {
            members.put("nextEpoch", next.epoch());
            members.put("nextSha256", next.sha256());
            next.problem().ifPresent(problem -> members.put("problem", problem));
        });
        return members;
    }

    private static final int SHOWN = 10;
}
