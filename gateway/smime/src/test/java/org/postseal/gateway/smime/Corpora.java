package org.postseal.gateway.smime;

import java.nio.file.Path;
import org.junit.jupiter.api.Assumptions;

/** Finds the samples of third parties. Without them a test is skipped, and on a CI machine it fails. */
final class Corpora {
    private Corpora() {}

    static Path directory() {
        String named = System.getenv("POSTSEAL_CORPORA");
        if (named == null && System.getenv("CI") == null) {
            Assumptions.abort("POSTSEAL_CORPORA is not set");
        }
        if (named == null) {
            throw new AssertionError("POSTSEAL_CORPORA must be set in CI");
        }
        return Path.of(named);
    }
}
