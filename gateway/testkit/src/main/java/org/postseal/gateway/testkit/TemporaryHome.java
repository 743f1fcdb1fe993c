package org.postseal.gateway.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/**
 * Makes temporary directories with short names. Agents put their sockets there, and a socket's path may have 107
 * octets.
 */
public final class TemporaryHome {
    private TemporaryHome() {}

    public static Path create(String name) {
        try {
            return Files.createTempDirectory("ps-" + name);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    static Path write(Path home, String name, byte[] octets) {
        try {
            return Files.write(home.resolve(name), octets);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Deletes the whole directory. It is no error if another process deletes a file meanwhile, as an agent does with
     * its socket.
     */
    public static void delete(Path home) {
        try (Stream<Path> files = Files.walk(home)) {
            List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
            for (Path file : deepestFirst) {
                Files.deleteIfExists(file);
            }
        } catch (IOException | UncheckedIOException e) {
            // The walk wraps the exception if a file vanishes while it looks.
            boolean hasVanished = e instanceof NoSuchFileException || e.getCause() instanceof NoSuchFileException;
            if (!hasVanished) {
                throw new AssertionError("cannot delete " + home, e);
            }
            if (Files.exists(home)) {
                delete(home);
            }
        }
    }
}
