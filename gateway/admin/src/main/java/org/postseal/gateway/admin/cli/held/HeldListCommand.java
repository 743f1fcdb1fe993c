package org.postseal.gateway.admin.cli.held;

import java.util.List;
import java.util.concurrent.Callable;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.Listing;
import org.postseal.gateway.admin.cli.support.Options;
import org.postseal.gateway.admin.cli.support.Shell;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "list",
        description = "List held mail, the oldest first.",
        footer = {"", "  postseal held list", "  postseal held list --json"})
final class HeldListCommand implements Callable<Integer> {
    private final Shell shell;

    @Mixin
    private Options.Json json = new Options.Json();

    HeldListCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        try (HeldMailbox mailbox = HeldMailbox.toRead(shell)) {
            List<HeldItem> all = mailbox.items();
            List<HeldItem> held = all.stream()
                    .filter(item -> item.state() != HeldItem.State.NOT_HELD)
                    .toList();
            int others = all.size() - held.size();
            new Listing<HeldItem>(shell, json.isWanted(), HeldView::members)
                    .column("ID", HeldItem::id)
                    .column("STATE", item -> HeldView.state(item.state()))
                    .column(
                            "HELD",
                            item -> HeldView.or(
                                    item.copy().map(copy -> copy.at().toString())))
                    .column(
                            "EXPIRES",
                            item -> HeldView.or(
                                    item.copy().map(copy -> copy.expires().toString())))
                    .column(
                            "REASON",
                            item -> HeldView.or(
                                    item.copy().map(copy -> copy.reason().name())))
                    .column("FOR", item -> HeldView.or(item.copy().map(HeldView::recipients)))
                    .column("FROM", item -> HeldView.or(item.from()))
                    .column("SUBJECT", item -> HeldView.or(item.subject()))
                    .print(
                            held,
                            Options.count(held, "held message")
                                    + (others == 0
                                            ? ""
                                            : ", and " + Options.count(others, "other") + " in the mailbox"));
            return ExitCode.OK;
        }
    }
}
