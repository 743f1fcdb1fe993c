package org.postseal.certstore.format;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Assumptions;

/** Runs another program that reads what we write, and writes what we read. */
final class Peer {
    private Peer() {}

    /** Skips the test if {@code program} is not installed. In CI it must be installed. */
    static void demand(String program) throws InterruptedException {
        boolean found;
        try {
            Process process = new ProcessBuilder(program, "gpgsm".equals(program) ? "--version" : "version")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            found = process.waitFor() == 0;
        } catch (IOException absent) {
            found = false;
        }
        Assumptions.assumeTrue(found || System.getenv("CI") != null, program + " is not installed");
    }

    /** Runs the program in {@code directory} and returns its output. It must succeed. */
    static String run(Path directory, String... command) throws Exception {
        Result result = result(directory, command);
        assertThat(result.status())
                .as("%s: %s", String.join(" ", command), result.output())
                .isZero();
        return result.output();
    }

    /** The exit status and the whole output. */
    record Result(int status, String output) {}

    static Result result(Path directory, String... command) throws Exception {
        // The program's input is in a file of this name.
        Path input = directory.resolve("stdin");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(directory.toFile())
                .redirectErrorStream(true)
                .redirectInput((Files.exists(input) ? input : Path.of("/dev/null")).toFile());
        builder.environment().put("GNUPGHOME", directory.resolve("gnupg").toString());
        Process process = builder.start();
        byte[] output = process.getInputStream().readAllBytes();
        assertThat(process.waitFor(60, TimeUnit.SECONDS)).isTrue();
        return new Result(process.exitValue(), new String(output, StandardCharsets.UTF_8));
    }
}
