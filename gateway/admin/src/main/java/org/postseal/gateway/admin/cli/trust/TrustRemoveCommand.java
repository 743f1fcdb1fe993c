package org.postseal.gateway.admin.cli.trust;

import java.util.List;
import java.util.concurrent.Callable;
import java.util.function.Function;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.Options;
import org.postseal.gateway.admin.cli.support.Printable;
import org.postseal.gateway.admin.cli.support.StoreAccess;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Parameters;

@Command(name = "remove", description = "Remove a collection: what only it trusted is no longer trusted.")
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
        return remove(store, name, note.text(), false);
    }

    static int remove(StoreAccess store, String name, String note, boolean isDryRun) {
        Function<StoreAccess.Editing, Boolean> removal = editing -> {
            if (!editing.contents().trust().remove(name)) {
                throw TrustShowCommand.missing(name);
            }
            editing.record("trust-remove", "trust:" + name, List.of());
            return true;
        };
        boolean _ = isDryRun ? store.rehearse(note, removal) : store.change(note, removal);
        store.out()
                .println("removed trust collection " + Printable.line(name)
                        + (isDryRun ? " (dry run, nothing changed)" : ""));
        return ExitCode.OK;
    }
}
