package org.postseal.gateway.admin.cli.rollout;

import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.SecureRandom;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.postseal.certstore.CertificateChoice;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.KeyPlace;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.StoreUnavailableException;
import org.postseal.certstore.directory.CertificateStore;
import org.postseal.gateway.admin.cli.support.CommandFailure;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.FileWork;
import org.postseal.gateway.admin.cli.support.Options;
import org.postseal.gateway.admin.cli.support.OutputFile;
import org.postseal.gateway.admin.cli.support.Printable;
import org.postseal.gateway.admin.cli.support.StoreAccess;
import org.postseal.gateway.admin.rollout.ClientKey;
import org.postseal.gateway.admin.rollout.ClientKeySelection;
import org.postseal.gateway.admin.rollout.ClientKeys;
import org.postseal.gateway.admin.rollout.FreshPassword;

/**
 * Hands over private keys of users. They are chosen as for a message, recorded, and written; the password is shown
 * last.
 */
final class KeyHandover {
    private final StoreAccess store;
    private final KeyOptions options;
    private final FreshPassword password = FreshPassword.of(new SecureRandom());

    private KeyHandover(StoreAccess store, KeyOptions options) {
        this.store = store;
        this.options = options;
    }

    /**
     * Begins a handover before any key is opened.
     *
     * @param target the file or folder that is made
     * @throws CommandFailure when there is no way to hand over the password
     */
    static KeyHandover begin(StoreAccess store, KeyOptions options, Path target) {
        Optional<Path> file = options.passwordFile();
        if (file.isEmpty() && store.terminalWidth().isEmpty()) {
            throw new CommandFailure(
                    ExitCode.USAGE,
                    "there is no terminal to show the password on, and it must not go into a log",
                    "--password-out FILE writes it to a file of mode 0600");
        }
        if (file.map(KeyHandover::whole)
                .filter(each -> each.startsWith(whole(target)))
                .isPresent()) {
            throw new CommandFailure(
                    ExitCode.USAGE, "the password would stand beside what it opens", "name a file elsewhere");
        }
        file.ifPresent(path -> OutputFile.demandPossible(path, false));
        return new KeyHandover(store, options);
    }

    FreshPassword password() {
        return password;
    }

    /** The keys of the users, and the key that signs the profile if one is to. */
    record Chosen(List<ClientKeys> users, Optional<KeyHandle> signer) {
        Chosen {
            users = List.copyOf(users);
        }
    }

    /** @throws CommandFailure when one of the users has no key; what is wrong with each is printed */
    Chosen choose(List<MailAddress> addresses, Optional<MailAddress> signer) {
        Instant now = store.now();
        try {
            return store.inDirectory(directory -> {
                CertificateStore keys = directory.store();
                return new Chosen(
                        addresses.size() == 1
                                ? List.of(one(keys, addresses.getFirst(), now))
                                : all(keys, addresses, now),
                        signer.map(address -> signer(keys, address, now)));
            });
        } catch (StoreUnavailableException e) {
            throw new CommandFailure(ExitCode.TRY_AGAIN, Printable.line(String.valueOf(e.getMessage())));
        }
    }

    private ClientKeys one(CertificateStore keys, MailAddress address, Instant now) {
        return switch (ClientKeySelection.of(keys, address, options.isWithHistory(), now)) {
            case ClientKeySelection.Result.Found(ClientKeys found, List<String> leftOut) -> {
                leftOut.forEach(each -> store.warn(address + ": " + each));
                yield found;
            }
            case ClientKeySelection.Result.None(String why) ->
                throw new CommandFailure(
                        ExitCode.REFUSED,
                        Printable.line(why),
                        "postseal key list shows keys, postseal cert explain says what is wrong with a certificate");
        };
    }

    private List<ClientKeys> all(CertificateStore keys, List<MailAddress> addresses, Instant now) {
        List<ClientKeys> users = new ArrayList<>();
        int without = 0;
        for (MailAddress address : addresses) {
            try {
                users.add(one(keys, address, now));
            } catch (CommandFailure none) {
                store.problem(String.valueOf(none.getMessage()));
                without++;
            }
        }
        if (without > 0) {
            throw new CommandFailure(
                    ExitCode.REFUSED, without + " of " + addresses.size() + " users have no key, see above");
        }
        return users;
    }

    private static KeyHandle signer(CertificateStore keys, MailAddress address, Instant now) {
        return switch (keys.signingKey(address, KeyPlace.ANYWHERE, now)) {
            case CertificateChoice.Chosen<KeyHandle>(KeyHandle key, var _) -> key;
            case CertificateChoice.NoneUsable<KeyHandle>(var status, var _) ->
                throw new CommandFailure(
                        ExitCode.REFUSED,
                        Printable.line("no key to sign as " + address + ": " + status.text()),
                        "postseal cert explain " + Printable.line(address.toString()) + " --for sign");
        };
    }

    /** Says how many keys of whom were handed over. */
    static String count(List<ClientKeys> users) {
        int keys = users.stream().mapToInt(user -> user.keys().size()).sum();
        return Options.count(keys, "key") + " of "
                + (users.size() == 1 ? Printable.line(users.getFirst().address().toString()) : users.size() + " users");
    }

    /**
     * Records the export, then writes the keys, then hands over the password. Until the record is committed neither a
     * key nor the password is on the disk, not even under a temporary name. So whoever stops the command while it waits
     * for the database has nothing.
     *
     * @param kind the kind of file, for the record
     * @param write writes the keys, or leaves nothing behind
     */
    void finish(List<ClientKeys> users, String kind, Path target, Runnable write) {
        store.change(options.note(), editing -> {
            for (ClientKeys user : users) {
                for (ClientKey key : user.keys()) {
                    editing.record(
                            "key-export",
                            "certificate:" + key.certificate().id(),
                            List.of("file " + whole(target), "as " + kind, "for " + user.address()));
                }
            }
            return true;
        });
        String text = new String(password.characters());
        Optional<Path> file = options.passwordFile();
        file.ifPresent(path -> {
            byte[] line = (text + "\n").getBytes(StandardCharsets.US_ASCII);
            OutputFile.make(path, line, "rw-------", false);
        });
        writeOrForget(write);
        store.out()
                .println(file.map(path -> "password in " + path).orElseGet(() -> "password, shown this once: " + text));
    }

    // A password without the keys that it opens must not stay
    private void writeOrForget(Runnable write) {
        boolean isDone = false;
        try {
            write.run();
            isDone = true;
        } finally {
            if (!isDone) {
                options.passwordFile().ifPresent(KeyHandover::remove);
            }
        }
    }

    private static void remove(Path file) {
        FileWork.change(file + " cannot be removed", () -> Files.deleteIfExists(file));
    }

    private static Path whole(Path path) {
        return path.toAbsolutePath().normalize();
    }
}
