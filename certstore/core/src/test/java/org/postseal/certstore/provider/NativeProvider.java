package org.postseal.certstore.provider;

import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.security.Provider;

/** Gives tests the provider with native code. */
public final class NativeProvider {
    private NativeProvider() {}

    /** Returns Amazon's provider. If this machine does not have it, the test is skipped, or fails in CI. */
    public static Provider load() {
        NativeEngine engine = NativeEngine.load();
        assumeTrue(
                engine instanceof NativeEngine.Present || System.getenv("CI") != null,
                () -> "no native provider on this machine: " + engine);
        return ((NativeEngine.Present) engine).provider();
    }
}
