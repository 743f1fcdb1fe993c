package org.postseal.gateway.app.demo;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.TimeUnit;

/** Runs {@code openssl cms}, an implementation that is not ours, to judge what we made. */
final class OpenSsl {
    private final Path folder;

    private OpenSsl(Path folder) {
        this.folder = folder;
    }

    /** Finds the program; the result is empty if it is not on this machine. */
    static Optional<OpenSsl> find(Path folder) {
        return run(folder, List.of("version")).filter(Result::isOk).map(_ -> new OpenSsl(folder));
    }

    /** Checks a signature. The result holds the content of the signed message. */
    Result verify(byte[] message, Path anchor) {
        return cms(message, "-verify", "-CAfile", anchor.toString());
    }

    Result decrypt(byte[] message, Path certificate, Path key) {
        return cms(message, "-decrypt", "-recip", certificate.toString(), "-inkey", key.toString());
    }

    private Result cms(byte[] message, String... options) {
        try {
            Path in = Files.write(folder.resolve("openssl.in"), message);
            Path out = folder.resolve("openssl.out");
            Files.deleteIfExists(out);
            List<String> arguments = new ArrayList<>(List.of("cms"));
            arguments.addAll(List.of(options));
            arguments.addAll(List.of("-in", in.toString(), "-out", out.toString()));
            Result result = run(folder, arguments).orElseGet(() -> new Result(false, "cannot be started", new byte[0]));
            byte[] content = Files.exists(out) ? Files.readAllBytes(out) : new byte[0];
            return new Result(result.isOk(), result.said(), content);
        } catch (IOException e) {
            return new Result(false, "cannot be run: " + e.getMessage(), new byte[0]);
        }
    }

    private static Optional<Result> run(Path folder, List<String> arguments) {
        List<String> command = new ArrayList<>(List.of("openssl"));
        command.addAll(arguments);
        Path log = folder.resolve("openssl.log");
        try {
            Process process = new ProcessBuilder(command)
                    .redirectErrorStream(true)
                    .redirectInput(
                            ProcessBuilder.Redirect.from(Path.of("/dev/null").toFile()))
                    .redirectOutput(log.toFile())
                    .start();
            if (!process.waitFor(TIMEOUT_SECONDS, TimeUnit.SECONDS)) {
                process.destroyForcibly();
                return Optional.of(new Result(false, "did not end", new byte[0]));
            }
            String said = Files.readString(log, StandardCharsets.ISO_8859_1).strip();
            return Optional.of(new Result(process.exitValue() == 0, said, new byte[0]));
        } catch (IOException notThere) {
            return Optional.empty();
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return Optional.empty();
        }
    }

    /**
     * Holds the result of a run.
     *
     * @param said what the program printed
     * @param content what it made of the message
     */
    record Result(boolean isOk, String said, byte[] content) {}

    private static final int TIMEOUT_SECONDS = 30;
}
