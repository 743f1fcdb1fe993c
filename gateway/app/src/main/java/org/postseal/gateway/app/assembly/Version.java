package org.postseal.gateway.app.assembly;

import java.util.Optional;

/** Knows the version of this program. */
public final class Version {
    private Version() {}

    /** Returns the version of the jar; {@code development} when run from class files. */
    public static String current() {
        return Optional.ofNullable(Version.class.getPackage().getImplementationVersion())
                .orElse("development");
    }
}
