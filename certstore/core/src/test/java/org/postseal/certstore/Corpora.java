package org.postseal.certstore;

import static org.assertj.core.api.Assertions.assertThat;
import static org.junit.jupiter.api.Assumptions.assumeTrue;

import java.nio.file.Path;

/** Finds third-party samples, which are not part of the project. */
public final class Corpora {
    private Corpora() {}

    /** Returns a folder of samples. If it does not exist, the test is skipped, or fails in CI. */
    public static Path folder(String name) {
        String root = System.getenv("POSTSEAL_CORPORA");
        if (System.getenv("CI") != null) {
            assertThat(root).as("POSTSEAL_CORPORA must be set in CI").isNotNull();
        }
        assumeTrue(root != null, "POSTSEAL_CORPORA is not set: third-party samples are not tried");
        return Path.of(String.valueOf(root), name);
    }
}
