package org.postseal.gateway.admin.cli.ca;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.Callable;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.postseal.certstore.authority.CaCreation;
import org.postseal.certstore.authority.CaFolder;
import org.postseal.certstore.authority.Intermediate;
import org.postseal.certstore.authority.IntermediateRenewal;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.Options;
import org.postseal.gateway.admin.cli.support.StoreAccess;
import org.postseal.gateway.admin.cli.support.Validity;
import picocli.CommandLine.Command;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "renew-intermediate",
        description = "Let the root sign the next intermediate, which issues from then on.",
        footer = {
            "",
            "Certificates of earlier intermediates stay valid until they end,"
                    + " and until then 'ca crl' signs their lists. Others need the new intermediate to find a path:",
            "give them the collection again.",
            "",
            "  postseal ca renew-intermediate --root-key /media/safe/root.key"
        })
final class CaRenewIntermediateCommand implements Callable<Integer> {
    private final CaAccess access;

    @Mixin
    private CaAccess.Folder folder = new CaAccess.Folder();

    @Option(names = "--root-key", required = true, paramLabel = "FILE", description = "the root's key")
    private Path rootKey = Path.of("");

    @Mixin
    private CaAccess.RootPassphrase rootPassphrase = new CaAccess.RootPassphrase();

    @Option(
            names = "--key",
            paramLabel = "KIND",
            converter = KeyWord.class,
            description = KeyWord.WORDS + "; default: rsa4096")
    private KeyAlgorithm algorithm = KeyAlgorithm.RSA4096;

    @Mixin
    private CaAccess.Passphrase passphrase = new CaAccess.Passphrase();

    @Mixin
    private Options.Note note = new Options.Note();

    CaRenewIntermediateCommand(CaAccess access) {
        this.access = access;
    }

    @Override
    public Integer call() {
        StoreAccess store = access.store();
        try (CaFolder opened = access.open(folder)) {
            char[] root = Passphrases.known(rootPassphrase.file(), "Passphrase of the root");
            char[] issuing = Passphrases.ofNext(opened, passphrase.file(), store.now());
            try {
                Intermediate next = made(opened, root, issuing);
                store.out()
                        .println("intermediate " + next.number() + " issues from now on, until "
                                + Validity.day(next.certificate().notAfter()));
                store.out().println("then: postseal trust import NAME " + files(next.number()));
            } finally {
                Passphrases.wipe(root);
                Passphrases.wipe(issuing);
            }
        }
        return ExitCode.OK;
    }

    /**
     * Makes the intermediate and records it, or leaves nothing behind. It issues certificates only after the record is
     * made.
     */
    private Intermediate made(CaFolder opened, char[] root, char[] issuing) {
        StoreAccess store = access.store();
        List<Intermediate> made = new ArrayList<>(1);
        boolean isAdded = false;
        try {
            store.change(note.text(), editing -> {
                Intermediate next =
                        CaAccess.tried(() -> new IntermediateRenewal(opened, rootKey, algorithm, CaCreation.ROUNDS)
                                .make(root, issuing, store.now()));
                made.add(next);
                editing.record(
                        "ca-renew-intermediate",
                        "certificate:" + next.certificate().id(),
                        List.of(
                                "intermediate " + next.number(),
                                "until " + next.certificate().notAfter()));
                return true;
            });
            Intermediate next = made.getFirst();
            CaAccess.tried(() -> {
                opened.add(next);
                return true;
            });
            isAdded = true;
            return next;
        } finally {
            if (!isAdded && !made.isEmpty()) {
                CaAccess.tried(() -> {
                    opened.forget(made.getFirst());
                    return true;
                });
            }
        }
    }

    private String files(int last) {
        Path place = access.folder(folder);
        return IntStream.rangeClosed(1, last)
                .mapToObj(number -> " " + place.resolve(number == 1 ? "issuing.pem" : "issuing-" + number + ".pem"))
                .collect(Collectors.joining("", place.resolve("root.pem").toString(), ""));
    }
}
