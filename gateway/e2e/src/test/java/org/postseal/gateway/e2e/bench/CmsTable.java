package org.postseal.gateway.e2e.bench;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Collection;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.openjdk.jmh.profile.GCProfiler;
import org.openjdk.jmh.results.Result;
import org.openjdk.jmh.results.RunResult;
import org.openjdk.jmh.runner.Runner;
import org.openjdk.jmh.runner.RunnerException;
import org.openjdk.jmh.runner.options.OptionsBuilder;
import org.openjdk.jmh.runner.options.TimeValue;
import org.openjdk.jmh.runner.options.VerboseMode;
import org.postseal.certstore.provider.CryptoProviders;
import org.postseal.gateway.testkit.Project;
import org.postseal.gateway.testkit.TemporaryHome;

/**
 * Compares the CMS pipeline with OpenSSL's, row by row in one run: the C program first, then JMH, then the C program
 * again. All rows share one JVM, as all mail does in the gateway, so that what the compiler learns in one row serves
 * the next.
 */
public final class CmsTable {
    private final Optional<OpenSslLoop> openSsl;
    private final boolean quick;

    private CmsTable(Optional<OpenSslLoop> openSsl, boolean quick) {
        this.openSsl = openSsl;
        this.quick = quick;
    }

    /** The arguments are {@code --quick}, and words that the name of a row must contain. */
    public static void main(String[] arguments) throws Exception {
        boolean quick = Arrays.asList(arguments).contains("--quick");
        List<String> words =
                Arrays.stream(arguments).filter(each -> !each.equals("--quick")).toList();
        Path directory = TemporaryHome.create("cms");
        Optional<OpenSslLoop> openSsl = OpenSslLoop.start(Project.file("gateway/e2e/src/bench/cms_loop.c"), directory);
        try {
            new CmsTable(openSsl, quick).print(CmsRows.make(directory, quick), words);
        } finally {
            openSsl.ifPresent(OpenSslLoop::close);
            TemporaryHome.delete(directory);
        }
    }

    private void print(List<CmsRow> rows, List<String> words) throws RunnerException, IOException {
        System.out.printf(
                "%s, %s, JDK %s, cryptography: %s, %s%n",
                processor(),
                System.getProperty("os.name") + " " + System.getProperty("os.version"),
                System.getProperty("java.runtime.version"),
                CryptoProviders.install(),
                openSsl.map(OpenSslLoop::version)
                        .orElse("no gcc or no libssl-dev, so no C program to compare with: Java only"));
        System.out.println("operations per CPU-second of the thread that works; ratio to OpenSSL's bare CMS in C\n");
        CmsRow.Level level = null;
        for (CmsRow row : rows) {
            if (!words.stream().allMatch(row.key()::contains)) {
                continue;
            }
            if (row.level() != level) {
                level = row.level();
                System.out.printf(
                        "%-44s %10s %10s %7s %15s %10s%n",
                        level == CmsRow.Level.CMS ? "CMS OBJECT" : "WHOLE MESSAGE",
                        "Java",
                        "C",
                        "ratio",
                        "at least (aim)",
                        "KB/op");
            }
            measure(row);
        }
    }

    private void measure(CmsRow row) throws RunnerException {
        double seconds = quick ? 0.25 : 0.5;
        Optional<Double> before =
                openSsl.flatMap(loop -> loop.measure(row.command().get(), seconds));
        Collection<RunResult> results = new Runner(new OptionsBuilder()
                        .include(CmsBenchmark.class.getName() + ".operation")
                        .param("row", row.key())
                        .forks(0)
                        .warmupIterations(quick ? 3 : 4)
                        .warmupTime(TimeValue.milliseconds(quick ? 500 : 1000))
                        .measurementIterations(3)
                        .measurementTime(TimeValue.milliseconds(quick ? 300 : 700))
                        .addProfiler(GCProfiler.class)
                        .verbosity(VerboseMode.SILENT)
                        .shouldFailOnError(true)
                        .build())
                .run();
        Optional<Double> after =
                openSsl.flatMap(loop -> loop.measure(row.command().get(), seconds));
        RunResult result = results.iterator().next();
        double java = value(result, "operations") / value(result, "cpuNanos") * 1e9;
        Optional<Double> c = before.flatMap(one -> after.map(other -> (one + other) / 2));
        System.out.printf(
                Locale.ROOT,
                "%-44s %10.0f %10s %7s %15s %10.0f%n",
                row.name(),
                java,
                c.map(rate -> "%.0f".formatted(rate)).orElse("-"),
                c.map(rate -> "%.2f".formatted(java / rate)).orElse("-"),
                row.target()
                        .map(target -> String.format(Locale.ROOT, "%.2f (%.2f)", target.floor(), target.aim())
                                + (c.map(rate -> java / rate < target.floor()).orElse(false) ? " !" : "  "))
                        .orElse(""),
                value(result, "gc.alloc.rate.norm") / 1024);
    }

    private static double value(RunResult run, String name) {
        Result<?> found = run.getSecondaryResults().get(name);
        if (found == null) {
            throw new IllegalStateException(
                    name + " is not among " + run.getSecondaryResults().keySet());
        }
        return found.getScore();
    }

    private static String processor() throws IOException {
        Path info = Path.of("/proc/cpuinfo");
        if (!Files.exists(info)) {
            return System.getProperty("os.arch");
        }
        return Files.readAllLines(info).stream()
                .filter(line -> line.startsWith("model name"))
                .map(line -> line.substring(line.indexOf(':') + 2))
                .findFirst()
                .orElse(System.getProperty("os.arch"));
    }
}
