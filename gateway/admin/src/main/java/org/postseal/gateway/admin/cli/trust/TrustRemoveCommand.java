package org.postseal.gateway.admin.cli.trust;

import java.util.List;
import java.util.concurrent.Callable;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.Options;
import org.postseal.gateway.admin.cli.support.Printable;
import org.postseal.gateway.admin.cli.support.StoreAccess;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(
        name = "remove",
        description = "Remove a collection; issuers that only it makes trusted are no longer trusted.")
final class TrustRemoveCommand implements Callable<Integer> {
    private final StoreAccess store;

    @Parameters(paramLabel = "NAME", description = "name of the collection")
    private String name = "";

    @Mixin
    private Options.Note note = new Options.Note();

    TrustRemoveCommand(StoreAccess store) {
        this.store = store;
    }

    @Override
    public Integer call() {
        return remove(store, name, note.text(), new Options.DryRun());
    }

    static int remove(StoreAccess store, String name, String note, Options.DryRun dryRun) {
        boolean _ = store.change(dryRun.isWanted(), note, editing -> {
            if (!editing.contents().trust().remove(name)) {
                throw TrustShowCommand.missing(name);
            }
            editing.record("trust-remove", "trust:" + name, List.of());
            return true;
        });
        store.out().println("removed trust collection " + Printable.line(name) + dryRun.remark());
        return ExitCode.OK;
    }
}
