package org.postseal.gateway.admin.cli.rollout;

import java.time.Instant;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postseal.certstore.KeyHandle;
import org.postseal.certstore.MailAddress;
import org.postseal.gateway.admin.cli.support.CommandFailure;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.rollout.MailAccount;
import org.postseal.gateway.admin.rollout.MobileConfig;
import org.postseal.gateway.smime.SealException;
import org.postseal.gateway.smime.SignedFile;
import picocli.CommandLine.Option;

/** Options for the mail account of a configuration profile, and for the key that signs the profile. */
final class AccountOptions {
    @Option(names = "--exchange", paramLabel = "HOST", description = "set up an account of Exchange, by ActiveSync")
    private @Nullable String exchange;

    @Option(names = "--oauth", description = "the user signs in on a web page; for Exchange Online")
    private boolean isOauth;

    @Option(
            names = "--imap",
            paramLabel = "HOST[:PORT]",
            description = "set up an account by IMAP over TLS; needs --smtp")
    private @Nullable String imap;

    @Option(
            names = "--smtp",
            paramLabel = "HOST[:PORT]",
            description = "the server that this account sends by, over TLS; default port: 465")
    private @Nullable String smtp;

    @Option(names = "--user", paramLabel = "NAME", description = "name to log in with; default: the address")
    private @Nullable String user;

    @Option(
            names = "--name",
            paramLabel = "NAME",
            description = "name of the person in mail that they send; default: the address")
    private @Nullable String name;

    @Option(names = "--organization", paramLabel = "NAME", description = "the organization whose profile it is")
    private @Nullable String organization;

    @Option(names = "--encrypt", description = "encrypt all mail")
    private boolean encryptsAll;

    @Option(names = "--locked", description = "do not let the user change this")
    private boolean isLocked;

    @Option(names = "--signer", paramLabel = "ADDRESS", description = "sign the profile with the key of this address")
    private @Nullable MailAddress signer;

    /**
     * Returns the account; empty if none is wanted.
     *
     * @throws IllegalArgumentException when the options are incomplete or wrong
     */
    Optional<MailAccount> account() {
        if ((imap == null) != (smtp == null)) {
            throw new IllegalArgumentException("--imap and --smtp belong together");
        }
        if (exchange != null && imap != null) {
            throw new IllegalArgumentException("give --exchange, or --imap and --smtp");
        }
        if (isOauth && exchange == null) {
            throw new IllegalArgumentException("--oauth is for --exchange");
        }
        if (exchange != null) {
            return Optional.of(new MailAccount.Exchange(exchange, isOauth));
        }
        if (imap == null || smtp == null) {
            return Optional.empty();
        }
        return Optional.of(
                new MailAccount.Internet(MailAccount.Server.of(imap, 993), MailAccount.Server.of(smtp, 465)));
    }

    MobileConfig.Wishes wishes() {
        return new MobileConfig.Wishes(
                Optional.ofNullable(user),
                Optional.ofNullable(name),
                Optional.ofNullable(organization),
                encryptsAll,
                !isLocked);
    }

    Optional<MailAddress> signer() {
        return Optional.ofNullable(signer);
    }

    /** Returns the profile inside a signature if there is a key to sign with, or else as it is. */
    static byte[] signed(byte[] profile, Optional<KeyHandle> key, Instant now) {
        if (key.isEmpty()) {
            return profile;
        }
        try {
            return SignedFile.of(profile, key.get(), now);
        } catch (SealException e) {
            throw new CommandFailure(
                    ExitCode.REFUSED, "the profile cannot be signed: " + e.getMessage(), "give another --signer");
        }
    }
}
