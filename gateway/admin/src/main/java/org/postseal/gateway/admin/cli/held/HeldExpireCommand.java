package org.postseal.gateway.admin.cli.held;

import java.util.List;
import java.util.concurrent.Callable;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.Options;
import org.postseal.gateway.admin.cli.support.Shell;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;

@Command(
        name = "expire",
        description = "Remove held mail whose time is over; made to be run by a timer.",
        footer = {"", "  postseal held expire --dry-run"})
final class HeldExpireCommand implements Callable<Integer> {
    private final Shell shell;

    @Mixin
    private Options.DryRun dryRun = new Options.DryRun();

    HeldExpireCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        try (HeldMailbox mailbox = HeldMailbox.open(shell)) {
            List<HeldItem> expired = mailbox.oldest().stream()
                    .filter(item -> item.state() == HeldItem.State.EXPIRED)
                    .toList();
            String count = Options.count(expired, "held message");
            if (!expired.isEmpty() && !dryRun.isWanted()) {
                shell.handOver(
                        shell.config(),
                        "the removal of held mail",
                        "held-expire",
                        "mailbox:" + mailbox.name(),
                        expired.stream().limit(MOST_NAMED).map(HeldItem::id).toList());
                mailbox.remove(expired);
            }
            shell.out().println("removed " + count + dryRun.remark());
            return ExitCode.OK;
        }
    }

    private static final int MOST_NAMED = 100;
}
