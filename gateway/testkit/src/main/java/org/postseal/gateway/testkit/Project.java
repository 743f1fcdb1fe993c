package org.postseal.gateway.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Objects;

/** Finds the checkout of the project, in whatever folder of it the tests run. */
public final class Project {
    /** Is the top of the project, where {@code bin}, {@code docs} and {@code etc} are. */
    public static final Path ROOT = root(Path.of("").toAbsolutePath());

    private Project() {}

    public static Path file(String name) {
        return ROOT.resolve(name);
    }

    /** Returns the folders of the modules, as {@link ModuleGraph} finds them. */
    public static List<String> modules() {
        try {
            return ModuleGraph.folders(ROOT);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    private static Path root(Path folder) {
        Path candidate = folder;
        while (!Files.exists(candidate.resolve("bin/postseal"))) {
            candidate = Objects.requireNonNull(
                    candidate.getParent(), () -> folder + " is not in a checkout of the project");
        }
        return candidate;
    }
}
