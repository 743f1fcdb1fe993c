package org.postseal.gateway.fuzz;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/**
 * Remembers over several runs how far a target has come, in a file with a line for each step: processor time in
 * milliseconds, executions, and coverage, each counted from the first run.
 */
final class Progress {
    private static final Duration RECENT = Duration.ofMinutes(10);

    private final Path file;
    private final List<Step> steps;
    private final Step before;

    private record Step(long cpuMillis, long executions, int coverage) {
        static Step of(String line) {
            String[] numbers = line.split(" ", 3);
            return new Step(Long.parseLong(numbers[0]), Long.parseLong(numbers[1]), Integer.parseInt(numbers[2]));
        }
    }

    private Progress(Path file, List<Step> steps) {
        this.file = file;
        this.steps = new ArrayList<>(steps);
        this.before = steps.isEmpty() ? new Step(0, 0, 0) : steps.getLast();
    }

    static Progress read(Path file) throws IOException {
        List<String> lines = Files.exists(file) ? Files.readAllLines(file) : List.of();
        return new Progress(file, lines.stream().map(Step::of).toList());
    }

    /** Records what one run has reached so far. */
    void reached(Duration cpu, long executions, int coverage) throws IOException {
        Step step = new Step(before.cpuMillis + cpu.toMillis(), before.executions + executions, coverage);
        steps.add(step);
        Files.writeString(
                file,
                step.cpuMillis + " " + step.executions + " " + step.coverage + "\n",
                StandardOpenOption.CREATE,
                StandardOpenOption.APPEND);
    }

    /** Returns true if this run has executed anything. */
    boolean hasMoved() {
        return !steps.isEmpty() && steps.getLast().executions > before.executions;
    }

    /** Returns the line of the table in {@code docs/security.md}. */
    String row(Targets target, int findings) {
        Step last = steps.getLast();
        long recent = last.cpuMillis - RECENT.toMillis();
        int then = steps.stream()
                .filter(step -> step.cpuMillis <= recent)
                .mapToInt(Step::coverage)
                .max()
                .orElse(0);
        String gained = recent < 0 ? "all of " : Math.max(0, last.coverage - then) + " of ";
        return String.format(
                Locale.ROOT,
                "| `%s` | %.1f | %d | %s%d | %d |",
                target,
                last.cpuMillis / 60_000.0,
                last.executions,
                gained,
                last.coverage,
                findings);
    }
}
