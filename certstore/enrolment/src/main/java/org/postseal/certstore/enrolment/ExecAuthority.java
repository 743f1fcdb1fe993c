package org.postseal.certstore.enrolment;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.Comparator;
import java.util.HashSet;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.function.Predicate;
import java.util.stream.Stream;

/**
 * An authority that a program of the administrator speaks to. The program gets the request on standard input and prints
 * certificates. It knows nothing else of ours: no key, no file of the gateway that is open, no variable of its
 * environment.
 */
public final class ExecAuthority implements EnrolmentAuthority {
    private final List<String> command;
    private final Duration timeLimit;

    /** @param timeLimit how long the program may take; after that it is killed with all programs that it has started */
    public ExecAuthority(List<String> command, Duration timeLimit) {
        this.command = List.copyOf(command);
        this.timeLimit = timeLimit;
    }

    @Override
    public Answer ask(Request request) {
        try {
            // A program that is left behind may hold a pipe for ever, and nobody waits for a file.
            Path folder = Files.createTempDirectory("postseal-");
            try {
                return run(request, folder);
            } finally {
                remove(folder);
            }
        } catch (IOException e) {
            return new Answer.Unavailable(command.getFirst() + " cannot be run: " + e.getMessage());
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return new Answer.Unavailable(command.getFirst() + " was interrupted");
        }
    }

    private Answer run(Request request, Path folder) throws IOException, InterruptedException {
        Path in = Files.writeString(folder.resolve("in"), request.pkcs10());
        Path out = folder.resolve("out");
        Path err = folder.resolve("err");
        ProcessBuilder builder = new ProcessBuilder(command)
                .directory(folder.toFile())
                .redirectInput(in.toFile())
                .redirectOutput(out.toFile())
                .redirectError(err.toFile());
        builder.environment().clear();
        builder.environment()
                .putAll(Map.of(
                        "PATH",
                        "/usr/local/sbin:/usr/local/bin:/usr/sbin:/usr/bin:/sbin:/bin",
                        "LANG",
                        "C.UTF-8",
                        "POSTSEAL_ADDRESS",
                        request.address().toString(),
                        "POSTSEAL_PROFILE",
                        request.profile(),
                        "POSTSEAL_ORDER",
                        request.order().hex()));
        Process process = builder.start();
        Set<ProcessHandle> family = new HashSet<>();
        try {
            Optional<String> fault = watch(process, family, List.of(out, err));
            return fault.isPresent()
                    ? new Answer.Unavailable(command.getFirst() + " " + fault.get())
                    : answer(
                            process.exitValue(),
                            Files.readAllBytes(out),
                            Files.readString(err, StandardCharsets.ISO_8859_1));
        } finally {
            process.descendants().forEach(family::add);
            family.forEach(ProcessHandle::destroyForcibly);
            process.destroyForcibly();
        }
    }

    /**
     * Waits for the end of the program, and returns why it cannot be waited for.
     *
     * @param family gets every process that the program has started, since one without a parent is not found later
     */
    private Optional<String> watch(Process process, Set<ProcessHandle> family, List<Path> outputs)
            throws IOException, InterruptedException {
        long start = System.nanoTime();
        do {
            try (Stream<ProcessHandle> started = process.descendants()) {
                started.forEach(family::add);
            }
            if (isTooMuch(outputs)) {
                return Optional.of(TOO_MUCH);
            }
            if (System.nanoTime() - start > timeLimit.toNanos()) {
                return Optional.of("did not end within " + timeLimit.toSeconds() + " s, and was ended");
            }
        } while (!process.waitFor(STEP));
        return isTooMuch(outputs) ? Optional.of(TOO_MUCH) : Optional.empty();
    }

    private static boolean isTooMuch(List<Path> outputs) throws IOException {
        for (Path output : outputs) {
            if (Files.size(output) > MAX_OCTETS) {
                return true;
            }
        }
        return false;
    }

    private Answer answer(int exitCode, byte[] output, String errors) {
        return switch (exitCode) {
            case ISSUED -> AnswerFile.read(command.getFirst() + " prints", output);
            case LATER -> new Answer.Later(reason(errors, "asks to come later"), seconds(output));
            case NEVER -> new Answer.Refused(reason(errors, "refuses"));
            case UNAVAILABLE -> new Answer.Unavailable(reason(errors, "cannot reach the authority"));
            default -> new Answer.Unavailable(reason(errors, "has failed") + " (exit code " + exitCode + ")");
        };
    }

    /** Returns the last line of what the program says about its failure. */
    private String reason(String errors, String otherwise) {
        return errors.lines()
                .map(String::strip)
                .filter(Predicate.not(String::isEmpty))
                .reduce((_, last) -> last)
                .orElse(command.getFirst() + " " + otherwise);
    }

    /** Returns the time after which the program wants to be run again: the first line of its output, in seconds. */
    private static Optional<Duration> seconds(byte[] output) {
        return new String(output, StandardCharsets.ISO_8859_1)
                .lines()
                .findFirst()
                .map(String::strip)
                .filter(line -> line.matches("[0-9]{1,8}"))
                .map(line -> Duration.ofSeconds(Long.parseLong(line)));
    }

    private static void remove(Path folder) throws IOException {
        try (Stream<Path> files = Files.walk(folder)) {
            for (Path file : files.sorted(Comparator.reverseOrder()).toList()) {
                Files.deleteIfExists(file);
            }
        }
    }

    // Exit codes, by sysexits.h where it has one
    private static final int ISSUED = 0;
    private static final int NEVER = 65;
    private static final int UNAVAILABLE = 69;
    private static final int LATER = 75;
    private static final int MAX_OCTETS = 256 << 10;
    private static final String TOO_MUCH = "prints more than " + MAX_OCTETS + " octets";
    private static final Duration STEP = Duration.ofMillis(20);
}
