package org.postseal.gateway.admin.cli.support;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;

/**
 * Says how a program of this machine has ended.
 *
 * @param exitCode what it returned, or -1 if it was ended because it did not end by itself
 * @param output what it wrote on standard output
 * @param errors what it wrote on standard error
 */
public record Program(int exitCode, String output, String errors) {
    /** Runs a program with this input, for two minutes at most. Returns empty if there is no such program. */
    public static Optional<Program> run(String input, List<String> words) {
        return run(Duration.ofMinutes(2), input, words);
    }

    static Optional<Program> run(Duration limit, String input, List<String> words) {
        return FileWork.read("there is no place for what " + words.getFirst() + " says", () -> {
            // A process that the program leaves behind may hold a pipe for ever, and nobody waits for a file
            Path folder = Files.createTempDirectory("postseal-");
            Path in = folder.resolve("in");
            Path out = folder.resolve("out");
            Path err = folder.resolve("err");
            try {
                Files.writeString(in, input);
                return started(new ProcessBuilder(words)
                                .redirectInput(in.toFile())
                                .redirectOutput(out.toFile())
                                .redirectError(err.toFile()))
                        .map(process -> isEnded(process, limit)
                                ? new Program(process.exitValue(), text(out), text(err))
                                : new Program(-1, "", "it does not end"));
            } finally {
                OutputFolder.remove(folder);
            }
        });
    }

    public boolean isSuccess() {
        return exitCode == 0;
    }

    /** Returns why it has failed, in its own words. */
    public String complaint() {
        return (errors.isBlank() ? output : errors).strip();
    }

    private static Optional<Process> started(ProcessBuilder builder) {
        try {
            return Optional.of(builder.start());
        } catch (IOException notThere) {
            return Optional.empty();
        }
    }

    private static boolean isEnded(Process process, Duration limit) {
        try {
            return process.waitFor(limit);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return false;
        } finally {
            // This does nothing to a process that has ended
            process.destroyForcibly();
        }
    }

    private static String text(Path file) {
        return FileWork.read(
                file + " cannot be read", () -> new String(Files.readAllBytes(file), StandardCharsets.UTF_8));
    }
}
