package org.postseal.gateway.e2e.load;

import java.io.IOException;
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
import java.util.stream.Collectors;
import org.postseal.gateway.testkit.Command;

/**
 * Runs one row in full for {@code bin/test --long ROW [--minutes N]}. After each batch it writes a line about the whole
 * run into {@code docs/reliability.md}. If that line says that the run is not at its end, the next call goes on from
 * there, so a run can be spread over days and over copies of the project. A run that has failed begins again.
 */
final class LongRun {
    private final String word;
    private final Row row;
    private final Row.Extent extent;
    private final Path page;
    private final String commit;
    private final String machine;

    /**
     * @param word the name of the row
     * @param page the page that has the line
     * @param commit added to the commits that the line names
     */
    LongRun(String word, Row row, Path page, String commit, String machine) {
        this.word = word;
        this.row = row;
        this.extent = row.extent();
        this.page = page;
        this.commit = commit;
        this.machine = machine;
    }

    public static void main(String[] arguments) throws Exception {
        Optional<RowName> name = arguments.length == 0 ? Optional.empty() : RowName.of(arguments[0]);
        boolean isLimited =
                arguments.length == 3 && arguments[1].equals("--minutes") && arguments[2].matches("\\d{1,6}");
        if (name.isEmpty() || (arguments.length != 1 && !isLimited)) {
            System.err.println("error: usage: bin/test --long ROW [--against COMMIT] [--minutes N]");
            System.err.println("hint: ROW is one of "
                    + Arrays.stream(RowName.values()).map(RowName::word).collect(Collectors.joining(", ")));
            System.exit(64);
            return;
        }
        Duration limit = isLimited ? Duration.ofMinutes(Integer.parseInt(arguments[2])) : Duration.ofDays(365);
        String word = name.get().word();
        Path page = Path.of("docs", "reliability.md").toAbsolutePath();
        LongRun run = new LongRun(word, name.get().row(), page, commit(), machine());
        System.exit(run.run(limit) ? 0 : 1);
    }

    /** Runs until the end, or until this time is over. Returns false if something was wrong. */
    boolean run(Duration limit) throws Exception {
        Optional<Line> before = unfinished();
        Instant begun = before.map(Line::begun).orElse(Instant.now().truncatedTo(ChronoUnit.SECONDS));
        String commits = before.map(line -> line.with(commit)).orElse(commit);
        int done = before.map(Line::done).orElse(0);
        Tally tally = before.map(Line::tally).orElseGet(Tally::new);
        Instant end = Instant.now().plus(limit);
        do {
            int count = Math.min(extent.batch(), extent.full() - done);
            row.run(new Row.Steps(done, count, false), tally);
            done += count;
            System.out.println(done + " of " + extent.full() + " " + extent.unit() + ": " + tally);
            if (done == extent.full()) {
                row.judge(tally);
            }
            record(begun, commits, done, tally);
        } while (done < extent.full() && Instant.now().isBefore(end));
        tally.faults().forEach(fault -> System.out.println("wrong: " + fault));
        return tally.faults().isEmpty();
    }

    /** What the page says about a run that is not at its end. */
    private record Line(Instant begun, String commits, int done, Tally tally) {
        String with(String commit) {
            return List.of(commits.split(", ", -1)).contains(commit) ? commits : commits + ", " + commit;
        }
    }

    private Optional<Line> unfinished() throws IOException {
        return Files.readAllLines(page).stream()
                .map(line -> line.split(" \\| ", -1))
                .filter(cells ->
                        cells.length == 7 && cells[0].equals("| `" + word + "`") && cells[6].equals(SO_FAR + " |"))
                .reduce((_, last) -> last)
                .map(cells -> new Line(
                        Instant.parse(cells[1]),
                        cells[2],
                        Integer.parseInt(cells[4].substring(0, cells[4].indexOf(' '))),
                        Tally.of(cells[5])));
    }

    /** Writes the line, in the place of one that an earlier batch wrote about this run. */
    private void record(Instant begun, String commits, int done, Tally tally) throws IOException {
        String start = "| `" + word + "` | " + begun + " | ";
        String verdict = !tally.faults().isEmpty()
                ? "failed: " + tally.faults().getFirst().replace("|", "/")
                : done < extent.full() ? SO_FAR : "passed";
        String steps =
                (done < extent.full() ? done + " of " + extent.full() : Integer.toString(done)) + " " + extent.unit();
        List<String> lines = new ArrayList<>(Files.readAllLines(page));
        lines.removeIf(line -> line.startsWith(start));
        lines.add(start + String.join(" | ", commits, machine, steps, tally.toString(), verdict) + " |");
        Path next = page.resolveSibling(page.getFileName() + ".new");
        Files.write(next, lines);
        Files.move(next, page, StandardCopyOption.ATOMIC_MOVE);
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

    private static final String SO_FAR = "so far";
}
