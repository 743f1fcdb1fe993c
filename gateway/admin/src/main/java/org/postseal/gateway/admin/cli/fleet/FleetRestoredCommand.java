package org.postseal.gateway.admin.cli.fleet;

import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.postseal.gateway.admin.cli.support.CommandFailure;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.SharedDatabase;
import org.postseal.gateway.admin.cli.support.Shell;
import org.postseal.gateway.road.fleet.FleetView;
import picocli.CommandLine.Command;

@Command(
        name = "restored",
        description = "Let all gateways go on after their database was restored from a backup.",
        footer = {
            "",
            "A gateway that sees that the database has lost what it had lets the whole fleet hold mail (451). What was"
                    + " delivered since the backup",
            "is unknown: a message that its mail server sends again may come twice.",
            "",
            "  postseal fleet restored"
        })
final class FleetRestoredCommand implements Callable<Integer> {
    private final Shell shell;

    FleetRestoredCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        SharedDatabase database = SharedDatabase.required(shell);
        Optional<String> held = database.read(FleetView::held);
        if (held.isEmpty()) {
            throw new CommandFailure(ExitCode.REFUSED, "the fleet does not hold mail", "postseal fleet status");
        }
        shell.handOver(shell.config(), "the end of the hold", "fleet-restored", "fleet", List.of(held.get()));
        boolean _ = database.<Boolean>read(FleetView::restored);
        shell.out().println("the gateways take mail again");
        return ExitCode.OK;
    }
}
