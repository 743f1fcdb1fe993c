package org.postseal.gateway.config;

import java.nio.file.Path;
import java.util.Optional;

/**
 * Which files hold the policy, and when a changed policy is read.
 *
 * @param file the policy in force
 * @param shadow a second policy, whose decisions are audited and never enforced; the file need not exist
 * @param reload when a changed file is read
 */
public record PolicyConfig(Path file, Optional<Path> shadow, Reload reload) {
    /** Takes a policy without a shadow, which is read again when it has changed. */
    public static PolicyConfig of(Path file) {
        return new PolicyConfig(file, Optional.empty(), Reload.ON_CHANGE);
    }

    /** When a changed file is read. */
    public enum Reload {
        /** It is read at SIGHUP, and also soon after it has changed. */
        ON_CHANGE,
        /** It is read at SIGHUP only. */
        ON_SIGNAL
    }
}
