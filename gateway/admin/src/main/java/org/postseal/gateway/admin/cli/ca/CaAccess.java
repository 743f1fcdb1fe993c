package org.postseal.gateway.admin.cli.ca;

import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.authority.CaException;
import org.postseal.certstore.authority.CaFolder;
import org.postseal.certstore.authority.IssuingAuthority;
import org.postseal.certstore.provider.CryptoProviders;
import org.postseal.gateway.admin.cli.support.CommandFailure;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.Printable;
import org.postseal.gateway.admin.cli.support.StoreAccess;
import org.postseal.gateway.admin.cli.support.WrongUse;
import org.postseal.gateway.config.Checked;
import org.postseal.gateway.config.PolicyFile;
import org.postseal.policy.deciding.RuleSet;
import org.postseal.policy.yaml.Problem;
import picocli.CommandLine.Option;

/** Options and failures that the commands about an authority share. */
public final class CaAccess {
    private final StoreAccess store;

    public CaAccess(StoreAccess store) {
        this.store = store;
    }

    static final class Folder {
        @Option(
                names = "--dir",
                paramLabel = "DIR",
                description = "folder of the authority; default: ca beside the configuration")
        private @Nullable Path folder;
    }

    public static final class Passphrase {
        @Option(
                names = "--passphrase-file",
                paramLabel = "FILE",
                description = "file whose first line is the passphrase of the intermediate's key;"
                        + " default: it is asked for on the terminal")
        private @Nullable Path file;

        Optional<Path> file() {
            return Optional.ofNullable(file);
        }
    }

    static final class RootPassphrase {
        @Option(
                names = "--root-passphrase-file",
                paramLabel = "FILE",
                description = "file whose first line is the passphrase of the root's key;"
                        + " default: it is asked for on the terminal")
        private @Nullable Path file;

        Optional<Path> file() {
            return Optional.ofNullable(file);
        }
    }

    static final class Days {
        @Option(
                names = "--days",
                paramLabel = "N",
                description = "how long they are valid, 1 to 825 days; default: 365")
        private int count = 365;

        int count() {
            if (count < 1 || count > IssuingAuthority.MAX_DAYS) {
                throw new WrongUse("--days must be 1 to 825");
            }
            return count;
        }
    }

    StoreAccess store() {
        return store;
    }

    Path folder(Folder option) {
        Path beside = store.configFile().toAbsolutePath().resolveSibling("ca");
        return option.folder == null ? beside : option.folder;
    }

    CaFolder open(Folder option) {
        CryptoProviders.install();
        return tried(() -> CaFolder.open(folder(option)));
    }

    /** Opens the intermediate's key, so that the authority can sign. */
    IssuingAuthority unlock(CaFolder folder, Passphrase passphrase) {
        char[] secret = Passphrases.known(passphrase.file(), "Passphrase of the intermediate");
        try {
            return tried(() -> folder.unlock(secret, store.now()));
        } finally {
            Passphrases.wipe(secret);
        }
    }

    /**
     * Refuses addresses outside the organization, as {@code internal} of the policy defines it.
     *
     * @throws CommandFailure when an address is outside, or the policy cannot be read
     */
    void demandInternal(List<MailAddress> addresses) {
        RuleSet rules = policy();
        List<MailAddress> foreign =
                addresses.stream().filter(each -> !rules.isInternal(each)).toList();
        if (!foreign.isEmpty()) {
            throw new CommandFailure(
                    ExitCode.REFUSED,
                    "not of the organization: " + Printable.list(foreign),
                    "a domain is ours if 'internal' of the policy names it");
        }
    }

    /** Reads the policy in force, for its {@code internal}. */
    public RuleSet policy() {
        Path file = store.config().policyFile();
        Checked<RuleSet> checked = PolicyFile.read(file).compile();
        return checked.value().orElseThrow(() -> {
            checked.problems().stream().map(Problem::toString).forEach(store::problem);
            return new CommandFailure(
                    ExitCode.CONFIG, "the policy cannot be read, and only the policy says which domains are ours");
        });
    }

    interface Work<T> {
        T run() throws CaException;
    }

    /** Runs {@code work}. A {@link CaException} becomes the failure that ends the command. */
    static <T> T tried(Work<T> work) {
        try {
            return work.run();
        } catch (CaException e) {
            throw failure(e);
        }
    }

    static CommandFailure failure(CaException e) {
        String message = Printable.line(e.getMessage());
        return switch (e.kind()) {
            case ABSENT -> new CommandFailure(ExitCode.CONFIG, message, "make one: postseal ca init");
            case EXISTS ->
                new CommandFailure(
                        ExitCode.REFUSED, message, "nothing was changed; a second authority needs another --dir");
            case PASSPHRASE, REFUSED -> new CommandFailure(ExitCode.REFUSED, message);
            case BUSY -> new CommandFailure(ExitCode.TRY_AGAIN, message, "nothing was changed, try again");
            case DAMAGED -> new CommandFailure(ExitCode.CONFIG, message, "put a backup of the folder in its place");
            case INPUT_OUTPUT -> new CommandFailure(ExitCode.INPUT_OUTPUT, message);
        };
    }
}
