package org.postseal.gateway.admin.cli.key;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.Callable;
import org.postseal.certstore.key.KeyFileException;
import org.postseal.certstore.key.KeyVault;
import org.postseal.certstore.key.MasterKey;
import org.postseal.gateway.admin.cli.support.CommandFailure;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.Options;
import org.postseal.gateway.admin.cli.support.StoreAccess;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "rewrap",
        description = "Wrap every private key with another master key: all of them or none.",
        footer = {
            "",
            "A running gateway defers what needs a private key"
                    + " until the new master key stands in the place of the old one:",
            "",
            "  postseal key init --file /etc/postseal/master-2.key",
            "  postseal key rewrap --to /etc/postseal/master-2.key",
            "  mv /etc/postseal/master-2.key /etc/postseal/master.key",
            "",
            "Or name the new file in directory.masterKey and restart the gateway."
        })
final class KeyRewrapCommand implements Callable<Integer> {
    private final StoreAccess store;

    @Option(names = "--to", required = true, paramLabel = "FILE", description = "the new master key")
    private Path to = Path.of("");

    @Mixin
    private Options.Note note = new Options.Note();

    KeyRewrapCommand(StoreAccess store) {
        this.store = store;
    }

    @Override
    public Integer call() {
        MasterKey master = store.masterKey();
        MasterKey next = StoreAccess.masterKey(to, "make it: postseal key init --file " + to);
        int count = store.changeWithoutTrace(note.text(), editing -> {
            try {
                int wrapped = new KeyVault(editing.database(), master).rewrap(editing.contents(), next);
                editing.record("key-rewrap", "file:" + to.toAbsolutePath(), List.of(Options.count(wrapped, "key")));
                return wrapped;
            } catch (KeyFileException e) {
                throw new CommandFailure(
                        ExitCode.CONFIG,
                        String.valueOf(e.getMessage()),
                        "nothing changed; directory.masterKey must name the present master key");
            }
        });
        store.out().println("wrapped " + Options.count(count, "key") + " by " + to);
        store.out().println("now put it in place of the old one: mv " + to + " " + store.masterKeyFile());
        return ExitCode.OK;
    }
}
