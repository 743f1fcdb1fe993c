package org.postseal.gateway.admin.cli.fleet;

import java.nio.file.Files;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.postseal.gateway.admin.cli.support.CommandFailure;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.SharedDatabase;
import org.postseal.gateway.admin.cli.support.Shell;
import org.postseal.gateway.app.assembly.FleetSecrets;
import org.postseal.gateway.road.fleet.FleetView;
import picocli.CommandLine.Command;

@Command(
        name = "accept-secrets",
        description = "Make the secrets of this configuration those of the whole fleet.",
        footer = {
            "",
            "The first gateway says which secrets the fleet uses, or that it uses none, and a gateway with another one"
                    + " takes no mail. After a key was changed",
            "on purpose, run this where the new one is configured: gateways that still have the old one take no mail"
                    + " from then on.",
            "",
            "  postseal fleet accept-secrets"
        })
final class FleetAcceptSecretsCommand implements Callable<Integer> {
    private final Shell shell;

    FleetAcceptSecretsCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        SharedDatabase database = SharedDatabase.required(shell);
        // The start of a gateway takes it for none, since key init may come later. Here, that would stop all others.
        shell.config().directory().masterKey().filter(Files::notExists).ifPresent(missing -> {
            throw new CommandFailure(
                    ExitCode.CONFIG,
                    "directory.masterKey: there is no file " + missing,
                    "copy it from the gateway that has it, or make it: postseal key init");
        });
        Map<String, String> ours = SharedDatabase.run(() -> FleetSecrets.of(shell.config()));
        Map<String, String> before = database.read(FleetView::secrets);
        List<String> changed = ours.entrySet().stream()
                .filter(each -> !each.getValue().equals(before.get(each.getKey())))
                .map(Map.Entry::getKey)
                .toList();
        if (changed.isEmpty()) {
            throw new CommandFailure(ExitCode.REFUSED, "the fleet uses these secrets already");
        }
        shell.handOver(shell.config(), "the change", "fleet-accept-secrets", "fleet", changed);
        boolean _ = database.<Boolean>read(view -> {
            view.accept(ours);
            return true;
        });
        shell.out().println("the fleet uses this configuration's " + String.join(", ", changed));
        return ExitCode.OK;
    }
}
