package org.postseal.gateway.judges;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;
import org.postseal.gateway.testkit.Project;

/**
 * The folder of a case that an oracle disagreed about once: {@code message.eml} to be read, {@code README}, and what
 * makes the case again, which is the template of a message or a seed.
 */
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
            Files.writeString(folder.resolve("README"), "Found by bin/fuzz. " + finding + "\n");
            return folder;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** The files of a case whose keys are made anew each time, so that its seed makes it again. */
    static Map<String, byte[]> files(byte[] message, long seed, Set<String> used) {
        return Map.of(
                "message.eml",
                message,
                "seed",
                Forge.octets(seed + "\n"),
                "productions",
                Forge.octets(String.join("\n", new TreeSet<>(used)) + "\n"));
    }

    long seed() {
        return Long.parseLong(file("seed").orElseThrow().strip());
    }

    /** Fails where the grammar has changed, so that the seed makes another case. */
    void check(Set<String> used) {
        Set<String> kept = Set.of(file("productions").orElseThrow().strip().split("\n"));
        if (!used.equals(kept)) {
            throw new AssertionError(folder + ": its seed makes " + new TreeSet<>(used)
                    + " now; give it one that makes " + new TreeSet<>(kept));
        }
    }

    /** Returns one of its files, with one character for each octet. */
    Optional<String> file(String name) {
        try {
            Path file = folder.resolve(name);
            return Files.exists(file) ? Optional.of(Forge.text(Files.readAllBytes(file))) : Optional.empty();
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }
}
