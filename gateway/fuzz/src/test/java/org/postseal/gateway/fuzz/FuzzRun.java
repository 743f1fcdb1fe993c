package org.postseal.gateway.fuzz;

import java.io.BufferedReader;
import java.io.File;
import java.io.IOException;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;
import java.util.Map;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;

/**
 * Runs one target under Jazzer for {@code bin/fuzz TARGET --minutes N}, and prints its line of the table. What the
 * fuzzer finds worth keeping lies in a folder for the target, and the next run goes on from there.
 */
final class FuzzRun {
    private static final Pattern STATUS = Pattern.compile("#(\\d+)\\s+\\S+\\s+cov: (\\d+) .*");
    private static final Pattern WRITTEN = Pattern.compile(".*Test unit written to (\\S+)");
    private static final int SECONDS_PER_INPUT = 30;
    private static final int MEGABYTES = 3072;

    private final Targets target;
    private final Path corpus;
    private final Path seeds;
    private final Path findings;
    private final Path log;
    private final Progress progress;

    FuzzRun(Targets target, Path folder) throws IOException {
        this.target = target;
        this.corpus = Files.createDirectories(folder.resolve("corpus"));
        this.seeds = Files.createDirectories(folder.resolve("seeds"));
        this.findings = Files.createDirectories(folder.resolve("findings"));
        this.log = folder.resolve("log");
        this.progress = Progress.read(folder.resolve("progress"));
    }

    /** Ends with 1 if anything was found, and with 70 if Jazzer did not run. */
    public static void main(String[] arguments) throws Exception {
        Targets target = Targets.named(arguments[0]);
        Duration time = Duration.ofMinutes(Long.parseLong(arguments[2]));
        FuzzRun run =
                new FuzzRun(target, Path.of("target", "fuzz", target.toString()).toAbsolutePath());
        System.exit(run.run(time));
    }

    private int run(Duration time) throws Exception {
        writeSeeds();
        System.out.println("corpus: " + corpus + "\nlog: " + log);
        Process jazzer =
                new ProcessBuilder(command(time)).redirectErrorStream(true).start();
        Thread stopper = new Thread(jazzer::destroy);
        Runtime.getRuntime().addShutdownHook(stopper);
        boolean isFound = follow(jazzer);
        jazzer.waitFor();
        if (!progress.hasMoved()) {
            System.err.println("error: Jazzer has run nothing\nhint: see " + log);
            return 70;
        }
        System.out.println(
                "| target | CPU-minutes | executions | coverage gained in the last ten minutes | findings |");
        System.out.println(progress.row(target, count()));
        return isFound ? 1 : 0;
    }

    private void writeSeeds() throws Exception {
        Target made = target.make();
        write("made", made.made());
        write("kept", Inputs.kept(target));
        String corpora = System.getenv("POSTSEAL_CORPORA");
        if (corpora != null) {
            write("sample", Inputs.samples(made, Path.of(corpora)));
        }
    }

    private void write(String kind, Map<String, byte[]> inputs) throws IOException {
        for (Map.Entry<String, byte[]> input : inputs.entrySet()) {
            Files.write(seeds.resolve(kind + "-" + input.getKey()), input.getValue());
        }
    }

    private List<String> command(Duration time) {
        return List.of(
                Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                "-Xmx1g",
                "-XX:+UseSerialGC",
                "--enable-native-access=ALL-UNNAMED",
                "--sun-misc-unsafe-memory-access=allow",
                "-XX:+EnableDynamicAgentLoading",
                "-Djdk.attach.allowAttachSelf=true",
                "-D" + Jazzed.PROPERTY + "=" + target,
                "-cp",
                classPath(),
                "com.code_intelligence.jazzer.Jazzer",
                "--target_class=" + Jazzed.class.getName(),
                // Our own code is what is to be covered; the targets themselves are no part of it.
                "--instrumentation_includes=org.postseal.**",
                "--instrumentation_excludes=org.postseal.gateway.fuzz.**",
                "--custom_hook_includes=org.postseal.**",
                "--reproducer_path=" + findings,
                "--keep_going=10",
                "-artifact_prefix=" + findings + "/",
                "-max_total_time=" + time.toSeconds(),
                "-timeout=" + SECONDS_PER_INPUT,
                "-rss_limit_mb=" + MEGABYTES,
                corpus.toString(),
                seeds.toString());
    }

    private static String classPath() {
        return Arrays.stream(System.getProperty("java.class.path").split(File.pathSeparator, -1))
                .map(entry -> Path.of(entry).toAbsolutePath().toString())
                .collect(Collectors.joining(File.pathSeparator));
    }

    /**
     * Reads what Jazzer says until it ends, and returns true if it found anything. Its processor time can be asked only
     * while it runs.
     */
    private boolean follow(Process jazzer) throws IOException {
        List<String> written = new ArrayList<>();
        try (BufferedReader lines = jazzer.inputReader(StandardCharsets.UTF_8);
                PrintStream out = new PrintStream(log.toFile(), StandardCharsets.UTF_8)) {
            for (String line = lines.readLine(); line != null; line = lines.readLine()) {
                out.println(line);
                Matcher status = STATUS.matcher(line);
                if (status.matches()) {
                    progress.reached(
                            jazzer.toHandle().info().totalCpuDuration().orElse(Duration.ZERO),
                            Long.parseLong(status.group(1)),
                            Integer.parseInt(status.group(2)));
                }
                Matcher finding = WRITTEN.matcher(line);
                if (finding.matches() && !written.contains(finding.group(1))) {
                    written.add(finding.group(1));
                    System.out.println("found: " + finding.group(1));
                }
            }
        }
        return !written.isEmpty();
    }

    /** Counts the inputs on which something was wrong, in this run and before. */
    private int count() throws IOException {
        try (Stream<Path> files = Files.list(findings)) {
            return (int) files.map(file -> file.getFileName().toString())
                    .filter(name -> name.matches("(crash|timeout|oom)-.*"))
                    .count();
        }
    }
}
