package org.postseal.gateway.app.assembly;

import java.util.Optional;

/** The version of this program. */
public final class Version {
    private Version() {}

    /** The version of the jar; {@code development} when run from class files. */
    public static String current() {
        return Optional.ofNullable(Version.class.getPackage().getImplementationVersion())
                .orElse("development");
    }
}
