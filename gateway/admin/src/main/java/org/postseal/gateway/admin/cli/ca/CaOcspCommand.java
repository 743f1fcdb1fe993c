package org.postseal.gateway.admin.cli.ca;

import java.time.Duration;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.jspecify.annotations.Nullable;
import org.postseal.certstore.authority.CaFolder;
import org.postseal.certstore.authority.CaSettings;
import org.postseal.certstore.authority.IssuingAuthority;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.Options;
import picocli.CommandLine.Command;
import picocli.CommandLine.ITypeConverter;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

@Command(
        name = "ocsp",
        description = "Sign new OCSP answers into public/ before the old ones end; made to be run by a timer.",
        footer = {
            "",
            "Whoever has fetched an answer may believe it until it ends."
                    + " Let the timer run twice while an answer is valid: 'ca serve' gives out none that has ended.",
            "From the first run on, new certificates name the responder."
                    + " 'ca issue', 'ca renew', 'ca revoke' and 'ca crl' sign the answers anew as well.",
            "",
            "  postseal ca ocsp --valid 10m --passphrase-file /run/credentials/issuing",
            "  postseal ca ocsp --passphrase-file /run/credentials/issuing"
        })
final class CaOcspCommand implements Callable<Integer> {
    private final CaAccess access;

    @Mixin
    private CaAccess.Folder folder = new CaAccess.Folder();

    @Option(
            names = "--valid",
            paramLabel = "TIME",
            converter = LifetimeConverter.class,
            description = "how long the answers are valid, 1m to 10d; default: as long as the last ones, at first 15m")
    private @Nullable Duration valid;

    @Mixin
    private CaAccess.Passphrase passphrase = new CaAccess.Passphrase();

    CaOcspCommand(CaAccess access) {
        this.access = access;
    }

    /** Reads a lifetime in minutes, hours or days. */
    static final class LifetimeConverter implements ITypeConverter<Duration> {
        @Override
        public Duration convert(String text) {
            return LIFETIME.convert(text);
        }

        private static final Lifetime LIFETIME = new Lifetime(Duration.ofMinutes(1), "1m");
    }

    @Override
    public Integer call() {
        try (CaFolder opened = access.open(folder)) {
            IssuingAuthority authority = access.unlock(opened, passphrase);
            IssuingAuthority.Answers signed =
                    CaAccess.tried(() -> authority.publishAnswers(access.store().now(), Optional.ofNullable(valid)));
            access.store()
                    .out()
                    .println("signed " + Options.count(signed.count(), "OCSP answer") + ": "
                            + opened.publicFile(CaSettings.OCSP_ANSWERS) + ", until " + signed.until());
        }
        return ExitCode.OK;
    }
}
