package org.postseal.certstore.key;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Where a PKCS #11 token is and how to log in. Holds no secret: the PIN is read from its file for each login.
 *
 * @param name for explanations; letters, digits, hyphens
 * @param library the module of its maker
 * @param slot where the token is
 * @param pinFile one line; a trailing newline does not count
 * @param attributes further lines of the configuration of the JDK's SunPKCS11, for odd tokens: {@code attributes(...)}, {@code disabledMechanisms}
 * @param retryAfter how long a token that could not be opened is left in peace
 */
public record TokenSettings(
        String name, Path library, Slot slot, Path pinFile, List<String> attributes, Duration retryAfter) {
    public TokenSettings {
        if (!name.matches("[A-Za-z0-9-]{1,32}")) {
            throw new IllegalArgumentException("token name must be 1 to 32 letters, digits and hyphens: " + name);
        }
        attributes = List.copyOf(attributes);
    }

    /** A token with nothing odd about it. */
    public TokenSettings(String name, Path library, Slot slot, Path pinFile) {
        this(name, library, slot, pinFile, List.of(), Duration.ofSeconds(5));
    }

    /** Which slot of the library. */
    public sealed interface Slot {
        /** The one whose token has this label; the safe choice, since numbers change with the hardware plugged in. */
        record Label(String label) implements Slot {}

        /** The one at this place of the library's list, from 0. */
        record Index(int index) implements Slot {}
    }
}
