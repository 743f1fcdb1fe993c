package org.postseal.gateway.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Where the policy stands, and when a changed one counts.
 *
 * @param file the policy in force
 * @param shadow a second policy, decided and audited and never enforced; the file need not be there
 * @param reload when a changed file is taken up
 */
public record PolicyConfig(Path file, Optional<Path> shadow, Reload reload) {
    /** A file alone. */
    public static PolicyConfig of(Path file) {
        return new PolicyConfig(file, Optional.empty(), Reload.ON_CHANGE);
    }

    /** When a changed file is taken up. */
    public enum Reload {
        /** At SIGHUP, and by itself soon after it has changed. */
        ON_CHANGE,
        /** At SIGHUP only. */
        ON_SIGNAL
    }
}
