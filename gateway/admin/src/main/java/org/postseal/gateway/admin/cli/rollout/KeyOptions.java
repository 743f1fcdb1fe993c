package org.postseal.gateway.admin.cli.rollout;

import java.nio.file.Path;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.postseal.gateway.admin.cli.support.Options;
import picocli.CommandLine.Mixin;
import picocli.CommandLine.Option;

/** Options of every command that exports private keys. */
final class KeyOptions {
    @Option(names = "--history", description = "include all older keys, for old mail")
    private boolean isWithHistory;

    @Option(
            names = "--password-out",
            paramLabel = "FILE",
            description = "write the password to this new file, mode 0600, and not to the terminal")
    private @Nullable Path passwordFile;

    @Mixin
    private Options.Note note = new Options.Note();

    boolean isWithHistory() {
        return isWithHistory;
    }

    Optional<Path> passwordFile() {
        return Optional.ofNullable(passwordFile);
    }

    String note() {
        return note.text();
    }
}
