package org.postseal.gateway.admin.cli.held;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.Callable;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.Options;
import org.postseal.gateway.admin.cli.support.Shell;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "drop",
        description = "Remove held mail from the mailbox; nobody gets it then.",
        footer = {"", "  postseal held drop 3f2a9c04 --note 'advertising'"})
final class HeldDropCommand implements Callable<Integer> {
    private final Shell shell;

    @Parameters(
            arity = "1..*",
            paramLabel = "ID",
            description = "ids of held messages, or at least their first 8 digits; uid-N as the list says")
    private List<String> ids = List.of();

    @Mixin
    private Options.Note note = new Options.Note();

    HeldDropCommand(Shell shell) {
        this.shell = shell;
    }

    @Override
    public Integer call() {
        try (HeldMailbox mailbox = HeldMailbox.open(shell)) {
            List<HeldItem> found =
                    ids.stream().flatMap(id -> mailbox.copies(id).stream()).toList();
            Map<String, HeldItem> copies = new LinkedHashMap<>();
            found.forEach(item -> copies.put(item.id(), item));
            // Each removal is recorded first, since a message that is gone cannot be brought back.
            copies.values().forEach(this::record);
            mailbox.remove(found);
            shell.out().println("removed " + Options.count(copies.size(), "held message"));
            return ExitCode.OK;
        }
    }

    private void record(HeldItem item) {
        List<String> details = new ArrayList<>(item.copy()
                .map(copy -> List.of(
                        "queue id " + copy.envelope().queueId(),
                        "reason " + copy.reason(),
                        "for " + Options.count(copy.envelope().recipients(), "recipient")))
                .orElseGet(() -> List.of("state " + HeldView.state(item.state()))));
        if (!note.text().isEmpty()) {
            details.add("note " + note.text());
        }
        shell.handOver(shell.config(), "the removal of held mail", "held-drop", "held:" + item.id(), details);
    }
}
