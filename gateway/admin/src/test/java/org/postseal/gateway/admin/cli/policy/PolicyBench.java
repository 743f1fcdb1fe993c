package org.postseal.gateway.admin.cli.policy;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Instant;
import java.util.Arrays;
import java.util.stream.Stream;
import org.postseal.gateway.admin.cli.CapturedConsole;

/**
 * Runs the commands of {@code postseal policy} in a temporary folder. The folder's name is removed from their output.
 */
final class PolicyBench {
    /** No profile of the examples warns yet. */
    private static final Instant NOW = Instant.parse("2026-12-01T12:00:00Z");

    final Path folder;
    private final CapturedConsole console = new CapturedConsole();

    PolicyBench(Path folder) {
        this.folder = folder;
    }

    PolicyBench write(String name, String text) {
        try {
            Path file = folder.resolve(name);
            Files.createDirectories(file.getParent());
            Files.writeString(file, text);
            return this;
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    /**
     * Runs {@code postseal policy} with these words and returns the exit code. A word that begins with {@code ./} is a
     * file in the folder.
     */
    int run(String... words) {
        return console.runAt(
                NOW,
                Stream.concat(
                                Stream.of("policy"),
                                Stream.of(words).map(word -> word.startsWith("./") ? folder + word.substring(1) : word))
                        .toArray(String[]::new));
    }

    String out() {
        return text(console.out());
    }

    String err() {
        return text(console.err());
    }

    private String text(String printed) {
        return printed.replace(folder + "/", "").replace(folder.toString(), ".");
    }

    @Override
    public String toString() {
        return Arrays.asList(out(), err()).toString();
    }
}
