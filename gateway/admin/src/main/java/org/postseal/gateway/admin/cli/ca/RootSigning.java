package org.postseal.gateway.admin.cli.ca;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.postseal.certstore.RevocationReason;
import org.postseal.certstore.authority.CaException;
import org.postseal.certstore.authority.CaFolder;
import org.postseal.certstore.authority.CaSettings;
import org.postseal.certstore.authority.Intermediate;
import org.postseal.certstore.authority.RootList;
import org.postseal.gateway.admin.cli.support.FileWork;
import org.postseal.gateway.admin.cli.support.StoreAccess;

/** Signs the root's revocation list. The gateways of this database learn about it at once. */
final class RootSigning {
    private final CaAccess access;
    private final CaFolder folder;
    private final Path key;
    private final Optional<Path> passphrase;

    RootSigning(CaAccess access, CaFolder folder, Path key, Optional<Path> passphrase) {
        this.access = access;
        this.folder = folder;
        this.key = key;
        this.passphrase = passphrase;
    }

    /** Signs a new list and returns its end. */
    Instant list(String note) {
        return signed(
                note,
                secret -> RootList.renew(folder, key, secret, access.store().now()));
    }

    /** Revokes an intermediate in a new list and returns the list's end. */
    Instant revoke(Intermediate intermediate, RevocationReason reason, String note) {
        boolean isStored = false;
        try {
            Instant end = signed(
                    note,
                    secret -> RootList.revoke(
                            folder,
                            key,
                            secret,
                            intermediate,
                            reason,
                            access.store().now()),
                    editing -> editing.record(
                            "ca-revoke",
                            "certificate:" + intermediate.certificate().id(),
                            List.of(
                                    "intermediate " + intermediate.number(),
                                    "reason " + why(intermediate).orElse(reason))));
            isStored = true;
            return end;
        } finally {
            if (!isStored && why(intermediate).isPresent()) {
                access.store()
                        .warn("intermediate " + intermediate.number()
                                + " is revoked in the folder, but the gateways of this database may not know;"
                                + " run the command again");
            }
        }
    }

    private Optional<RevocationReason> why(Intermediate intermediate) {
        return CaAccess.tried(() -> RootList.reason(folder, intermediate));
    }

    private interface Signing {
        Instant sign(char[] passphrase) throws CaException;
    }

    private interface Recording {
        void record(StoreAccess.Editing editing);
    }

    private Instant signed(String note, Signing signing) {
        return signed(note, signing, _ -> {});
    }

    private Instant signed(String note, Signing signing, Recording recording) {
        char[] secret = Passphrases.known(passphrase, "Passphrase of the root");
        try {
            return access.store().change(note, editing -> {
                Instant end = CaAccess.tried(() -> signing.sign(secret));
                recording.record(editing);
                editing.record("ca-crl", "certificate:" + folder.root().id(), List.of("until " + end));
                PublishedList.known(folder, editing, list(), end, access.store().now());
                return end;
            });
        } finally {
            Passphrases.wipe(secret);
        }
    }

    private byte[] list() {
        Path file = folder.publicFile(CaSettings.ROOT_LIST);
        return FileWork.read(file + " cannot be read", () -> Files.readAllBytes(file));
    }
}
