package org.postseal.gateway.fuzz;

import java.util.Objects;

/**
 * Is where Jazzer begins. It needs no class of Jazzer, so the targets compile and run without it. A system property
 * names the target.
 */
public final class Jazzed {
    static final String PROPERTY = "postseal.fuzz.target";

    private static final Target TARGET = Targets.named(Objects.requireNonNull(System.getProperty(PROPERTY), PROPERTY))
            .make();

    private Jazzed() {}

    /**
     * Takes some inputs before the first one is timed: providers, native libraries and classes are loaded now. Jazzer
     * finds this method by its name.
     */
    public static void fuzzerInitialize() throws Exception {
        for (byte[] octets : TARGET.made().values()) {
            var _ = TARGET.take(octets);
        }
    }

    /** Gives one input to the target. Jazzer finds this method by its name. */
    public static void fuzzerTestOneInput(byte[] octets) throws Exception {
        var _ = TARGET.take(octets);
    }
}
