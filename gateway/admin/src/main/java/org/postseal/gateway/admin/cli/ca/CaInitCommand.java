package org.postseal.gateway.admin.cli.ca;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import java.util.concurrent.atomic.AtomicBoolean;
import org.jspecify.annotations.Nullable;
import org.postseal.certstore.authority.CaCreation;
import org.postseal.certstore.authority.CaException;
import org.postseal.certstore.authority.CaFolder;
import org.postseal.certstore.authority.CaSettings;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.certstore.provider.CryptoProviders;
import org.postseal.gateway.admin.cli.support.CommandFailure;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.Options;
import org.postseal.gateway.admin.cli.support.StoreAccess;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "init",
        description = "Make an authority: a root, and an intermediate that issues the certificates of users.",
        footer = {
            "",
            "Take the root's key away from this machine afterwards, with its passphrase:"
                    + " it is needed once a year, for 'ca crl --root-key'.",
            "A web server must serve the files in public/ at --url.",
            "",
            "  postseal ca init --organization 'Example AG' --country DE --url http://pki.example.com/ \\",
            "      --root-key /media/safe/root.key"
        })
final class CaInitCommand implements Callable<Integer> {
    private final CaAccess access;

    @Mixin
    private CaAccess.Folder folder = new CaAccess.Folder();

    @Option(
            names = "--organization",
            required = true,
            paramLabel = "NAME",
            description = "the organization that runs it, as it stands in the names of both certificates")
    private String organization = "";

    @Option(
            names = "--country",
            required = true,
            paramLabel = "CC",
            description = "the two letters of the country, such as DE")
    private String country = "";

    @Option(
            names = "--url",
            required = true,
            paramLabel = "URL",
            description = "the http URL at which others fetch the files in public/")
    private String url = "";

    @Option(
            names = "--key",
            paramLabel = "KIND",
            converter = KeyWord.class,
            defaultValue = "rsa4096",
            description = "kind of both keys: " + KeyWord.WORDS + "; default: ${DEFAULT-VALUE}")
    private KeyAlgorithm algorithm = KeyAlgorithm.RSA4096;

    @Option(
            names = "--root-key",
            paramLabel = "FILE",
            description = "where the root's key is written; default: root.key in the folder")
    private @Nullable Path rootKey;

    @Mixin
    private CaAccess.RootPassphrase rootPassphrase = new CaAccess.RootPassphrase();

    @Mixin
    private CaAccess.Passphrase passphrase = new CaAccess.Passphrase();

    @Mixin
    private Options.Note note = new Options.Note();

    CaInitCommand(CaAccess access) {
        this.access = access;
    }

    @Override
    public Integer call() {
        CaSettings.problem(organization, country, url).ifPresent(problem -> {
            throw new CommandFailure(ExitCode.USAGE, problem);
        });
        StoreAccess store = access.store();
        CryptoProviders.install();
        Path place = access.folder(folder);
        Path key = Optional.ofNullable(rootKey).orElse(place.resolve("root.key"));
        CaCreation creation =
                new CaCreation(place, key, new CaSettings(organization, country, url), algorithm, CaCreation.ROUNDS);
        CaAccess.tried(() -> {
            creation.demandPlace();
            return true;
        });
        char[] rootSecret = Passphrases.fresh(rootPassphrase.file(), "New passphrase of the root");
        char[] issuingSecret = Passphrases.fresh(passphrase.file(), "New passphrase of the intermediate");
        try {
            String made = made(creation, rootSecret, issuingSecret);
            store.out().println("made authority " + place + ", root " + made);
            store.out().println("the root's key is in " + key + ": take it away from this machine");
            store.out()
                    .println("then: postseal trust import NAME " + place.resolve("root.pem") + " "
                            + place.resolve("issuing.pem"));
        } finally {
            Passphrases.wipe(rootSecret);
            Passphrases.wipe(issuingSecret);
        }
        return ExitCode.OK;
    }

    /** Makes the authority and records it, or leaves nothing behind. Returns the SHA-256 of the root. */
    private String made(CaCreation creation, char[] rootSecret, char[] issuingSecret) {
        StoreAccess store = access.store();
        AtomicBoolean isThere = new AtomicBoolean();
        boolean isRecorded = false;
        try {
            String made = store.change(note.text(), editing -> {
                try (CaFolder opened = CaAccess.tried(() -> creation.create(rootSecret, issuingSecret, store.now()))) {
                    isThere.set(true);
                    editing.record(
                            "ca-init",
                            "certificate:" + opened.root().id(),
                            List.of(
                                    "folder " + creation.folder(),
                                    "root key " + creation.rootKey(),
                                    "intermediate " + opened.issuer().id()));
                    return opened.root().id().hex();
                }
            });
            isRecorded = true;
            return made;
        } finally {
            if (isThere.get() && !isRecorded) {
                undo(creation);
            }
        }
    }

    private void undo(CaCreation creation) {
        try {
            creation.undo();
        } catch (CaException e) {
            access.store().warn("what was made could not be removed: " + e.getMessage());
        }
    }
}
