package org.postseal.gateway.admin.cli.held;

import java.util.Map;
import java.util.concurrent.Callable;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.JsonText;
import org.postseal.gateway.admin.cli.support.Options;
import org.postseal.gateway.admin.cli.support.Printable;
import org.postseal.gateway.admin.cli.support.Shell;
import org.postseal.gateway.mail.Spool;
import org.postseal.gateway.mail.held.HeldOpening;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "show",
        description =
                "Show why a message is held, with its envelope, and whether its octets are still those that came.",
        footer = {"", "  postseal held show 3f2a9c04"})
final class HeldShowCommand implements Callable<Integer> {
    private final Shell shell;

    @Parameters(paramLabel = "ID", description = "the id of the held message, or at least its first 8 digits")
    private String id = "";

    @Mixin
    private Options.Json json = new Options.Json();

    HeldShowCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        try (HeldMailbox mailbox = HeldMailbox.toRead(shell);
                Spool.Scope scope = new Spool.Factory().open()) {
            HeldItem item = mailbox.copies(id).getFirst();
            Map<String, Object> members = HeldView.members(item);
            if (mailbox.open(item, scope) instanceof HeldOpening.Refused(HeldOpening.Why why, var _)) {
                members.put("state", HeldView.state(HeldItem.State.of(why)));
            }
            item.copy().ifPresent(copy -> members.put("because", copy.reason().auditText()));
            if (json.isWanted()) {
                shell.out().println(JsonText.of(members));
            } else {
                members.forEach(
                        (name, value) -> shell.out().printf("%-12s %s%n", name, Printable.line(HeldView.text(value))));
            }
            return ExitCode.OK;
        }
    }
}
