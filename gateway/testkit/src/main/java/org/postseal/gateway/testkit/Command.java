package org.postseal.gateway.testkit;

import static java.nio.charset.StandardCharsets.UTF_8;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;

/** Runs a program of the machine to its end. Immutable. */
public final class Command {
    private static final Duration LIMIT = Duration.ofSeconds(60);

    private final List<String> words;
    private final Map<String, String> environment;
    private final byte[] input;
    private final Duration limit;

    private Command(List<String> words, Map<String, String> environment, byte[] input, Duration limit) {
        this.words = words;
        this.environment = environment;
        this.input = input;
        this.limit = limit;
    }

    public static Command of(Object... words) {
        return of(List.of(words));
    }

    public static Command of(List<?> words) {
        return new Command(words.stream().map(String::valueOf).toList(), Map.of(), new byte[0], LIMIT);
    }

    public Command with(String variable, Path value) {
        Map<String, String> more = new HashMap<>(environment);
        more.put(variable, value.toString());
        return new Command(words, Map.copyOf(more), input, limit);
    }

    public Command input(byte[] octets) {
        return new Command(words, environment, octets.clone(), limit);
    }

    public Command limit(long seconds) {
        return new Command(words, environment, input, Duration.ofSeconds(seconds));
    }

    /** Runs the program and returns its result, whatever the exit status. */
    public Result run() {
        try {
            ProcessBuilder builder = new ProcessBuilder(words);
            builder.environment().putAll(environment);
            builder.environment().put("LC_ALL", "C");
            builder.environment().merge("PATH", "/usr/sbin:/sbin", (path, more) -> path + ":" + more);
            Process process = builder.start();
            CompletableFuture<byte[]> output = read(process.getInputStream());
            CompletableFuture<byte[]> messages = read(process.getErrorStream());
            try (OutputStream standardInput = process.getOutputStream()) {
                standardInput.write(input);
            } catch (IOException e) {
                // A program may end without reading its input; its exit status tells the rest
            }
            if (!process.waitFor(limit.toSeconds(), TimeUnit.SECONDS)) {
                process.destroyForcibly();
                throw new AssertionError(words + " did not end within " + limit);
            }
            return new Result(words, process.exitValue(), output.join(), new String(messages.join(), UTF_8));
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            throw new AssertionError(e);
        }
    }

    /** Runs the program and returns its output; any exit status but 0 fails the test. */
    public byte[] output() {
        return run().demanded();
    }

    private static CompletableFuture<byte[]> read(InputStream stream) {
        CompletableFuture<byte[]> octets = new CompletableFuture<>();
        Thread.ofVirtual().start(() -> {
            try (stream) {
                octets.complete(stream.readAllBytes());
            } catch (IOException e) {
                octets.completeExceptionally(e);
            }
        });
        return octets;
    }

    /**
     * Holds the result of a program.
     *
     * @param output what it wrote to standard output
     * @param messages what it wrote to standard error
     */
    public record Result(List<String> words, int exitStatus, byte[] output, String messages) {
        public boolean isSuccess() {
            return exitStatus == 0;
        }

        /** Returns the output; any exit status but 0 fails the test. */
        public byte[] demanded() {
            if (!isSuccess()) {
                throw new AssertionError(toString());
            }
            return output;
        }

        @Override
        public String toString() {
            return words + " ended with " + exitStatus + ": " + messages + new String(output, UTF_8);
        }
    }
}
