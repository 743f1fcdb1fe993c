package org.postseal.gateway.admin.cli.key;

import java.util.List;
import java.util.concurrent.Callable;
import org.postseal.certstore.database.WrappedKeys.Described;
import org.postseal.gateway.admin.cli.support.CommandFailure;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.Options;
import org.postseal.gateway.admin.cli.support.Printable;
import org.postseal.gateway.admin.cli.support.StoreAccess;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;
import picocli.CommandLine.Parameters;

@Command(
        name = "remove",
        description = "Remove a private key for good. Its certificates stay.",
        footer = {
            "",
            "Mail that was encrypted to it can then no longer be opened, so it is better to keep an expired key."
        })
final class KeyRemoveCommand implements Callable<Integer> {
    private final StoreAccess store;

    @Parameters(paramLabel = "KEY", description = KeyName.HELP)
    private String name = "";

    @Option(names = "--yes", description = "remove it without asking again; only a backup can bring it back")
    private boolean isMeant;

    @Mixin
    private Options.Note note = new Options.Note();

    KeyRemoveCommand(StoreAccess store) {
        this.store = store;
    }

    @Override
    public Integer call() {
        Described removed = store.changeWithoutTrace(note.text(), editing -> {
            Described key = KeyName.find(editing.contents(), name);
            if (!isMeant) {
                throw new CommandFailure(
                        ExitCode.USAGE,
                        "mail encrypted to key " + key.key().id().hex().substring(0, 16) + " of "
                                + Printable.list(KeyName.addresses(key)) + " could not be opened any more",
                        "if that is meant, add --yes");
            }
            editing.contents().wrappedKeys().remove(key.key().id());
            editing.record(
                    "key-remove",
                    "key:" + key.key().id(),
                    List.of("addresses " + Printable.list(KeyName.addresses(key))));
            return key;
        });
        store.out()
                .println("removed key " + removed.key().id().hex().substring(0, 16) + " of "
                        + Printable.list(KeyName.addresses(removed)));
        return ExitCode.OK;
    }
}
