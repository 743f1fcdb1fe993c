package org.postseal.gateway.admin.cli.support;

import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.time.Duration;
import java.util.Optional;
import java.util.OptionalInt;
import java.util.Scanner;
import java.util.concurrent.TimeUnit;

/**
 * What a command needs to know about the user, the terminal and the time.
 *
 * @param user the name that records show as the author of a change
 * @param terminalWidth columns of the terminal that results are printed on; empty if they do not go to a terminal
 * @param busyTimeout how long to wait while another process writes
 */
public record Surroundings(String user, OptionalInt terminalWidth, Clock clock, Duration busyTimeout) {
    /** Returns the surroundings of the process. Its terminal counts only if results go to it. */
    public static Surroundings of(Console console) {
        // Only the very stream of the process counts, not one that equals it
        boolean isTerminal = isStandardOutput(console)
                && Optional.ofNullable(System.console())
                        .filter(java.io.Console::isTerminal)
                        .isPresent();
        return new Surroundings(
                // Under sudo the account is root, and this variable names the person
                Optional.ofNullable(System.getenv("SUDO_USER"))
                        .filter(name -> !name.isBlank())
                        .orElseGet(() -> System.getProperty("user.name", "unknown")),
                isTerminal ? OptionalInt.of(width()) : OptionalInt.empty(),
                Clock.systemUTC(),
                Duration.ofSeconds(5));
    }

    @SuppressWarnings("ReferenceEquality")
    private static boolean isStandardOutput(Console console) {
        return console.out() == System.out;
    }

    private static int width() {
        try {
            Process stty = new ProcessBuilder("stty", "size")
                    .redirectInput(ProcessBuilder.Redirect.INHERIT)
                    .redirectError(ProcessBuilder.Redirect.DISCARD)
                    .start();
            try (InputStream answer = stty.getInputStream()) {
                if (!stty.waitFor(1, TimeUnit.SECONDS)) {
                    stty.destroyForcibly();
                    return DEFAULT_WIDTH;
                }
                Scanner numbers = new Scanner(answer, StandardCharsets.US_ASCII);
                int _ = numbers.hasNextInt() ? numbers.nextInt() : 0;
                int columns = numbers.hasNextInt() ? numbers.nextInt() : 0;
                return columns >= MIN_WIDTH ? columns : DEFAULT_WIDTH;
            }
        } catch (IOException noSuchProgram) {
            return DEFAULT_WIDTH;
        } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
            return DEFAULT_WIDTH;
        }
    }

    private static final int DEFAULT_WIDTH = 80;
    private static final int MIN_WIDTH = 20;
}
