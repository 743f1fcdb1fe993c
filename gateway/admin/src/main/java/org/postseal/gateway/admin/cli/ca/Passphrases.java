package org.postseal.gateway.admin.cli.ca;

import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.Optional;
import java.util.function.Function;
import org.postseal.certstore.authority.CaFolder;
import org.postseal.gateway.admin.cli.support.CommandFailure;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.admin.cli.support.PasswordFile;

/**
 * Reads passphrases from a file or from a person at the terminal. They are never taken from the command line, which
 * everybody on the machine can see.
 */
final class Passphrases {
    private Passphrases() {}

    /** Reads the passphrase of a key that exists. */
    static char[] known(Optional<Path> file, String prompt) {
        return file.map(PasswordFile::read).orElseGet(() -> asked(prompt));
    }

    /** Reads a new passphrase; a person types it twice. */
    static char[] fresh(Optional<Path> file, String prompt) {
        return fresh(file, prompt, Passphrases::asked);
    }

    /** Reads the passphrase for the key of the next intermediate. */
    static char[] ofNext(CaFolder folder, Optional<Path> file, Instant now) {
        return ofNext(folder, file, now, Passphrases::asked);
    }

    /** Does the same, with the given terminal, which answers a prompt. */
    static char[] ofNext(CaFolder folder, Optional<Path> file, Instant now, Function<String, char[]> terminal) {
        if (CaAccess.tried(() -> folder.listing(now)).isEmpty()) {
            // Another key with the same passphrase would reveal a typing error, but none is left, and nobody could use
            // a new key with a mistyped passphrase. So this asks for it twice, as for a new one
            return fresh(file, "New passphrase of the intermediate", terminal);
        }
        return file.map(PasswordFile::read).orElseGet(() -> terminal.apply("Passphrase of the intermediate"));
    }

    private static char[] fresh(Optional<Path> file, String prompt, Function<String, char[]> terminal) {
        if (file.isPresent()) {
            return PasswordFile.read(file.get());
        }
        char[] first = terminal.apply(prompt);
        char[] second = terminal.apply("Again");
        boolean isSame = Arrays.equals(first, second);
        wipe(second);
        if (!isSame) {
            wipe(first);
            throw new CommandFailure(ExitCode.REFUSED, "the two are not the same");
        }
        return first;
    }

    static void wipe(char[] secret) {
        Arrays.fill(secret, '\0');
    }

    private static char[] asked(String prompt) {
        return Optional.ofNullable(System.console())
                .filter(java.io.Console::isTerminal)
                .map(terminal -> terminal.readPassword("%s: ", prompt))
                .orElseThrow(() -> new CommandFailure(
                        ExitCode.USAGE, "there is no terminal to ask for a passphrase on", "give it in a file"));
    }
}
