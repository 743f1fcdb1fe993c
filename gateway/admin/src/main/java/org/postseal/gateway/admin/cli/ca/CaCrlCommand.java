package org.postseal.gateway.admin.cli.ca;

import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.postseal.certstore.authority.CaFolder;
import org.postseal.certstore.authority.CaSettings;
import org.postseal.certstore.authority.Intermediate;
import org.postseal.certstore.authority.IssuingAuthority;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.Options;
import org.postseal.gateway.admin.cli.support.WrongUse;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "crl",
        description = "Sign new revocation lists into public/ before the old ones end; made to be run by a timer.",
        footer = {
            "",
            "A list is valid for ten days, or for as long as --valid says; later lists keep that lifetime."
                    + " Whoever has fetched a list may not look for another before it ends.",
            "The root's list is valid for a year. --root-key signs it instead of the other lists, or besides them if"
                    + " --passphrase-file is given too.",
            "",
            "  postseal ca crl --valid 1d --passphrase-file /run/credentials/issuing",
            "  postseal ca crl --passphrase-file /run/credentials/issuing",
            "  postseal ca crl --root-key /media/safe/root.key"
        })
final class CaCrlCommand implements Callable<Integer> {
    private final CaAccess access;

    @Mixin
    private CaAccess.Folder folder = new CaAccess.Folder();

    @Option(
            names = "--root-key",
            paramLabel = "FILE",
            description = "sign the root's list with the root's key in this file")
    private @Nullable Path rootKey;

    @Mixin
    private CaAccess.RootPassphrase rootPassphrase = new CaAccess.RootPassphrase();

    @Option(
            names = "--valid",
            paramLabel = "TIME",
            converter = LifetimeConverter.class,
            description =
                    "how long the lists of the intermediates are valid, 1h to 10d; default: as long as the last ones")
    private @Nullable Duration valid;

    @Mixin
    private CaAccess.Passphrase passphrase = new CaAccess.Passphrase();

    @Mixin
    private Options.Note note = new Options.Note();

    CaCrlCommand(CaAccess access) {
        this.access = access;
    }

    /** Reads a lifetime in hours or days. */
    static final class LifetimeConverter implements ITypeConverter<Duration> {
        @Override
        public Duration convert(String text) {
            return LIFETIME.convert(text);
        }

        private static final Lifetime LIFETIME = new Lifetime(Duration.ofHours(1), "1h");
    }

    @Override
    public Integer call() {
        if (valid != null && rootKey != null && passphrase.file().isEmpty()) {
            throw new WrongUse("--valid is not for the root's list, which is valid for a year");
        }
        try (CaFolder opened = access.open(folder)) {
            Map<String, Instant> signed = new LinkedHashMap<>();
            if (rootKey != null) {
                RootSigning root = new RootSigning(access, opened, rootKey, rootPassphrase.file());
                signed.put(CaSettings.ROOT_LIST, root.list(note.text()));
            }
            if (rootKey == null || passphrase.file().isPresent()) {
                ofIntermediates(opened).forEach((each, end) -> signed.put(each.list(), end));
            }
            signed.forEach((file, end) ->
                    access.store().out().println("signed " + opened.publicFile(file) + ", until " + end));
        }
        return ExitCode.OK;
    }

    private Map<Intermediate, Instant> ofIntermediates(CaFolder opened) {
        IssuingAuthority authority = access.unlock(opened, passphrase);
        return access.store()
                .change(
                        note.text(),
                        editing -> CaAccess.tried(() -> PublishedList.make(
                                opened, authority, editing, access.store().now(), Optional.ofNullable(valid))));
    }
}
