package org.postseal.certstore.key.token;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;

/**
 * Says where a PKCS #11 token is and how to log in. It holds no secret: the PIN is read from its file for each login.
 *
 * @param name a name for messages, of letters, digits and hyphens
 * @param library the PKCS #11 module of the token's maker
 * @param slot the slot that holds the token
 * @param pinFile a file of one line with the PIN; a trailing newline does not count
 * @param attributes further configuration lines of the JDK's SunPKCS11 for unusual tokens, such as
 *     {@code attributes(...)} or {@code disabledMechanisms}
 * @param retryAfter how long to wait before a token that could not be opened is tried again
 */
public record TokenSettings(
        String name, Path library, Slot slot, Path pinFile, List<String> attributes, Duration retryAfter) {
    public TokenSettings {
        if (!name.matches("[A-Za-z0-9-]{1,32}")) {
            throw new IllegalArgumentException("token name must be 1 to 32 letters, digits and hyphens: " + name);
        }
        attributes = List.copyOf(attributes);
    }

    /** Describes an ordinary token, which needs no further configuration lines. */
    public TokenSettings(String name, Path library, Slot slot, Path pinFile) {
        this(name, library, slot, pinFile, List.of(), Duration.ofSeconds(5));
    }

    /** Says which slot of the library holds the token. */
    public sealed interface Slot {
        /**
         * The slot whose token has this label. This is the safe choice, since numbers change with the hardware that is
         * plugged in.
         */
        record Label(String label) implements Slot {}

        /** The slot at this place in the library's list, starting with 0. */
        record Index(int index) implements Slot {}
    }
}
