package org.postseal.gateway.testkit;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.util.Comparator;
import java.util.List;
import java.util.stream.Stream;

/** Temporary directories with short names: agents put their sockets there, and a socket's path may have 107 octets. */
public final class TemporaryHome {
    private TemporaryHome() {}

    public static Path create(String name) {
        try {
            return Files.createTempDirectory("ps-" + name);
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /** Deletes all of it; what another process deletes meanwhile (an agent its socket) is gone as well. */
    public static void delete(Path home) {
        try (Stream<Path> files = Files.walk(home)) {
            List<Path> deepestFirst = files.sorted(Comparator.reverseOrder()).toList();
            for (Path file : deepestFirst) {
                Files.deleteIfExists(file);
            }
        } catch (NoSuchFileException e) {
            delete(home);
        } catch (IOException | UncheckedIOException e) {
            throw new AssertionError("cannot delete " + home, e);
        }
    }
}
