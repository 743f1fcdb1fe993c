package org.postseal.gateway.load;

import java.io.IOException;
import java.io.Reader;
import java.io.Writer;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.time.Duration;
import java.time.Instant;
import java.time.temporal.ChronoUnit;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import java.util.Properties;
import java.util.stream.Collectors;
import org.postseal.gateway.e2e.Command;

/**
 * One row in full, as {@code bin/test --long ROW [--minutes N]} runs it: goes on where the state file says that the call before has stopped, writes the state after each batch and a line about the whole
 * run into {@code docs/reliability.md}.
 */
final class LongRun {
    private final String word;
    private final Row row;
    private final Path state;
    private final Path page;
    private final String machine;

    /**
     * @param word the row's name
     * @param state file, there only while a run is not at its end
     * @param page gets the line
     * @param machine commit and machine, as two cells of the table
     */
    LongRun(String word, Row row, Path state, Path page, String machine) {
        this.word = word;
        this.row = row;
        this.state = state;
        this.page = page;
        this.machine = machine;
    }

    public static void main(String[] arguments) throws Exception {
        Optional<RowName> name = arguments.length == 0 ? Optional.empty() : RowName.of(arguments[0]);
        boolean isLimited =
                arguments.length == 3 && arguments[1].equals("--minutes") && arguments[2].matches("\\d{1,6}");
        if (name.isEmpty() || (arguments.length != 1 && !isLimited)) {
            System.err.println("error: usage: bin/test --long ROW [--minutes N]");
            System.err.println("hint: ROW is one of "
                    + Arrays.stream(RowName.values()).map(RowName::word).collect(Collectors.joining(", ")));
            System.exit(64);
            return;
        }
        Duration limit = isLimited ? Duration.ofMinutes(Integer.parseInt(arguments[2])) : Duration.ofDays(365);
        Path root = Path.of("").toAbsolutePath();
        String word = name.get().word();
        LongRun run = new LongRun(
                word,
                name.get().row(),
                Files.createDirectories(root.resolve("target/long")).resolve(word + ".state"),
                root.resolve("docs/reliability.md"),
                commit() + " | " + machine());
        System.exit(run.run(limit) ? 0 : 1);
    }

    /** Runs until the end, or until this time is over; false when something was wrong. */
    boolean run(Duration limit) throws Exception {
        Properties properties = new Properties();
        if (Files.exists(state)) {
            try (Reader reader = Files.newBufferedReader(state)) {
                properties.load(reader);
            }
        }
        Instant begun = Instant.parse(properties.getProperty(
                "begun", Instant.now().truncatedTo(ChronoUnit.SECONDS).toString()));
        int done = Integer.parseInt(properties.getProperty("done", "0"));
        Tally tally = Tally.read(properties);
        Instant end = Instant.now().plus(limit);
        do {
            int count = Math.min(row.batch(), row.full() - done);
            row.run(new Row.Steps(done, count, false), tally);
            done += count;
            System.out.println(done + " of " + row.full() + " " + row.unit() + ": " + tally);
            if (done == row.full()) {
                row.judge(tally);
            }
            save(begun, done, tally);
        } while (done < row.full() && Instant.now().isBefore(end));
        record(begun, done, tally);
        tally.faults().forEach(fault -> System.out.println("wrong: " + fault));
        if (done == row.full()) {
            Files.delete(state);
        }
        return tally.faults().isEmpty();
    }

    private void save(Instant begun, int done, Tally tally) throws IOException {
        Properties properties = new Properties();
        properties.setProperty("begun", begun.toString());
        properties.setProperty("done", Integer.toString(done));
        tally.write(properties);
        Path next = state.resolveSibling(state.getFileName() + ".new");
        try (Writer writer = Files.newBufferedWriter(next)) {
            properties.store(writer, "of bin/test --long " + word);
        }
        Files.move(next, state, StandardCopyOption.ATOMIC_MOVE);
    }

    /** In place of the line that an earlier call wrote about this run. */
    private void record(Instant begun, int done, Tally tally) throws IOException {
        String start = "| `" + word + "` | " + begun + " | ";
        String verdict = !tally.faults().isEmpty()
                ? "failed: " + tally.faults().getFirst().replace("|", "/")
                : done < row.full() ? "so far" : "passed";
        String done1 = done < row.full() ? done + " of " + row.full() : Integer.toString(done);
        List<String> lines = new ArrayList<>(Files.readAllLines(page));
        lines.removeIf(line -> line.startsWith(start));
        lines.add(start + machine + " | " + done1 + " " + row.unit() + " | " + tally + " | " + verdict + " |");
        Files.write(page, lines);
    }

    private static String commit() {
        String commit = text(Command.of("git", "rev-parse", "--short", "HEAD"));
        boolean isChanged = text(Command.of("git", "status", "--porcelain", "--untracked-files=no"))
                .lines()
                .anyMatch(line -> !line.endsWith("docs/reliability.md"));
        return commit + (isChanged ? " and changes" : "");
    }

    private static String text(Command command) {
        return new String(command.output(), java.nio.charset.StandardCharsets.UTF_8).strip();
    }

    private static String machine() throws IOException {
        String model = Files.readAllLines(Path.of("/proc/cpuinfo")).stream()
                .filter(line -> line.startsWith("model name"))
                .map(line -> line.substring(line.indexOf(':') + 1).strip())
                .findFirst()
                .orElse("unknown processor");
        return Runtime.getRuntime().availableProcessors() + " × " + model + ", Linux "
                + System.getProperty("os.version");
    }
}
