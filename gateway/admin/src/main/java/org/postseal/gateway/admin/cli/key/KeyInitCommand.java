package org.postseal.gateway.admin.cli.key;

import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.postseal.certstore.key.KeyFileException;
import org.postseal.certstore.key.MasterKey;
import org.postseal.gateway.admin.cli.support.CommandFailure;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.Options;
import org.postseal.gateway.admin.cli.support.StoreAccess;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "init",
        description = "Make a master key, which wraps the private keys of the database.",
        footer = {
            "",
            "Keep a copy of it apart from the backup of the database:"
                    + " nobody can open the private keys without the master key, and whoever has both can.",
            "--file makes a second master key, which takes over with 'key rewrap'."
        })
final class KeyInitCommand implements Callable<Integer> {
    private final StoreAccess store;

    @Option(
            names = "--file",
            paramLabel = "FILE",
            description = "the file to make; default: directory.masterKey of the configuration")
    private @Nullable Path other;

    @Mixin
    private Options.Note note = new Options.Note();

    KeyInitCommand(StoreAccess store) {
        this.store = store;
    }

    @Override
    public Integer call() {
        Path file = Optional.ofNullable(other).orElseGet(store::masterKeyFile);
        store.change(note.text(), editing -> {
            if (Files.exists(file, LinkOption.NOFOLLOW_LINKS)) {
                throw new CommandFailure(
                        ExitCode.REFUSED, file + " exists already", "a second one: postseal key init --file FILE");
            }
            if (other == null
                    && !editing.contents()
                            .wrappedKeys()
                            .list(Optional.empty(), 1)
                            .isEmpty()) {
                throw new CommandFailure(
                        ExitCode.REFUSED,
                        "the database holds private keys, which a new master key would not open",
                        "put the master key that wrapped them into " + file);
            }
            editing.record("key-init", "file:" + file, List.of());
            create(file, editing.database().file().orElse(store.journalFolder()));
            return true;
        });
        store.out().println("made master key " + file);
        return ExitCode.OK;
    }

    /** @param ofService what the service owns: its database, or the folder of its journal beside a server */
    private static void create(Path file, Path ofService) {
        try {
            // The service must be able to read the key; the folder of a configuration often belongs to root.
            MasterKey.create(file, ofService);
        } catch (KeyFileException e) {
            throw new CommandFailure(ExitCode.INPUT_OUTPUT, String.valueOf(e.getMessage()));
        }
    }
}
