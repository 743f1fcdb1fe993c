package org.postseal.gateway.cli.ca;

import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.postseal.certstore.ca.CaFolder;
import org.postseal.certstore.ca.CaSettings;
import org.postseal.certstore.ca.IssuingAuthority;
import org.postseal.certstore.ca.RootList;
import org.postseal.gateway.cli.ExitCode;
import org.postseal.gateway.cli.directory.Options;
import org.postseal.gateway.cli.directory.StoreAccess;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** {@code postseal ca crl}. */
@Command(
        name = "crl",
        description = "Sign a new revocation list into public/; at least every seven days, for a timer.",
        footer = {
            "",
            "A list counts for ten days. That of the root counts for a year; it is signed anew with --root-key, instead.",
            "",
            "  postseal ca crl --passphrase-file /run/credentials/issuing",
            "  postseal ca crl --root-key /media/safe/root.key"
        })
final class CaCrlCommand implements Callable<Integer> {
    private final CaAccess access;

    @Mixin
    private CaAccess.Folder folder = new CaAccess.Folder();

    @Option(names = "--root-key", paramLabel = "FILE", description = "sign the root's list, by this key of it")
    private @Nullable Path rootKey;

    @Option(
            names = "--root-passphrase-file",
            paramLabel = "FILE",
            description = "passphrase of the root's key, in its first line; asked for on the terminal without")
    private @Nullable Path rootPassphrase;

    @Mixin
    private CaAccess.Passphrase passphrase = new CaAccess.Passphrase();

    @Mixin
    private Options.Note note = new Options.Note();

    CaCrlCommand(CaAccess access) {
        this.access = access;
    }

    @Override
    public Integer call() {
        StoreAccess store = access.store();
        try (CaFolder opened = access.open(folder)) {
            Instant end = rootKey == null ? ofIssuer(opened) : ofRoot(opened, rootKey);
            String file = rootKey == null ? CaSettings.ISSUING_LIST : CaSettings.ROOT_LIST;
            store.out().println("signed " + opened.publicFile(file) + ", until " + end);
        }
        return ExitCode.OK;
    }

    private Instant ofIssuer(CaFolder opened) {
        IssuingAuthority authority = access.unlock(opened, passphrase);
        return access.store()
                .change(
                        note.text(),
                        editing -> CaAccess.tried(() -> PublishedList.make(
                                opened, authority, editing, access.store().now())));
    }

    private Instant ofRoot(CaFolder opened, Path key) {
        char[] secret = Passphrases.known(Optional.ofNullable(rootPassphrase), "Passphrase of the root");
        try {
            return access.store().change(note.text(), editing -> {
                Instant end = CaAccess.tried(
                        () -> RootList.renew(opened, key, secret, access.store().now()));
                editing.record("ca-crl", "certificate:" + opened.root().id(), List.of("until " + end));
                return end;
            });
        } finally {
            Passphrases.wipe(secret);
        }
    }
}
