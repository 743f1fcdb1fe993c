package org.postseal.gateway.e2e.bench;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.io.Writer;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Optional;

/** The C program on OpenSSL's CMS functions. It is compiled here and kept running. Not thread-safe. */
final class OpenSslLoop implements AutoCloseable {
    private final Process process;
    private final BufferedReader answers;
    private final Writer commands;
    private final String version;

    private OpenSslLoop(Process process) throws IOException {
        this.process = process;
        this.answers = process.inputReader(StandardCharsets.UTF_8);
        this.commands = process.outputWriter(StandardCharsets.UTF_8);
        this.version = String.valueOf(answers.readLine());
    }

    /** Compiles and starts the program; empty if there is no compiler or no OpenSSL to build it with. */
    static Optional<OpenSslLoop> start(Path source, Path directory) {
        Path program = directory.resolve("cms_loop");
        try {
            Process compiler = new ProcessBuilder("gcc", "-O2", "-o", program.toString(), source.toString(), "-lcrypto")
                    .redirectErrorStream(true)
                    .redirectOutput(ProcessBuilder.Redirect.DISCARD)
                    .start();
            if (compiler.waitFor() != 0 || !Files.isExecutable(program)) {
                return Optional.empty();
            }
            return Optional.of(new OpenSslLoop(new ProcessBuilder(program.toString())
                    .redirectError(ProcessBuilder.Redirect.INHERIT)
                    .start()));
        } catch (IOException noCompiler) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    /** Returns the version of OpenSSL. */
    String version() {
        return version;
    }

    /** Returns operations per second of CPU time; empty if this OpenSSL cannot do it. */
    Optional<Double> measure(String command, double seconds) {
        try {
            commands.write(seconds + " " + command + "\n");
            commands.flush();
            String answer = answers.readLine();
            if (answer == null) {
                throw new IllegalStateException("cms_loop ended at: " + command);
            }
            if (answer.startsWith("-")) {
                System.err.println("openssl: " + answer.substring(2) + ": " + command);
                return Optional.empty();
            }
            String[] numbers = answer.split(" ", 2);
            return Optional.of(Long.parseLong(numbers[0]) / Double.parseDouble(numbers[1]));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
    }

    @Override
    public void close() {
        process.destroy();
    }
}
