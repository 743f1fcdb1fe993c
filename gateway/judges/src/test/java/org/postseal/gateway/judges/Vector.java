package org.postseal.gateway.judges;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Stream;
import org.postseal.gateway.testkit.Project;

/** The folder of a case that an oracle disagreed about once: {@code message.eml}, {@code expect}, {@code README}. */
record Vector(Path folder) {
    private static final Path ALL = Project.file("gateway/judges/src/test/vectors");

    /** Returns the vectors of an oracle, in the order of their names. */
    static List<Vector> of(String oracle) {
        if (!Files.isDirectory(ALL.resolve(oracle))) {
            return List.of();
        }
        try (Stream<Path> folders = Files.list(ALL.resolve(oracle))) {
            return folders.sorted().map(Vector::new).toList();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Writes what was found and returns the folder. */
    static Path keep(Finding finding) {
        Path folder = ALL.resolve(finding.oracle()).resolve(finding.who() + "-" + finding.seed());
        try {
            Files.createDirectories(folder);
            for (Map.Entry<String, byte[]> file : finding.files().entrySet()) {
                Files.write(folder.resolve(file.getKey()), file.getValue());
            }
            Files.writeString(folder.resolve("expect"), "agree\n");
            Files.writeString(folder.resolve("README"), "Found by bin/fuzz. " + finding + "\n");
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** A file of it, an octet a character. */
    Optional<String> file(String name) {
        try {
            Path file = folder.resolve(name);
            return Files.exists(file) ? Optional.of(Forge.text(Files.readAllBytes(file))) : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
