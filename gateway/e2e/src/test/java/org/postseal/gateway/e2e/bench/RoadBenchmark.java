package org.postseal.gateway.e2e.bench;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.gateway.e2e.bench.LoadRun.Sample;
import org.postseal.gateway.testkit.TemporaryHome;

/**
 * Measures messages per second and CPU time per message through SMTP → gateway → SMTP, beside the same source straight
 * to {@code smtp-sink} in the same run. The rounds of all modes are interleaved, so that a disturbance of the machine
 * affects all alike. Prints a table of medians.
 */
public final class RoadBenchmark {
    private static final List<Integer> SIZES_KB = List.of(5, 100);

    private RoadBenchmark() {}

    /**
     * The arguments are {@code --seconds N} for each measured run, {@code --rounds N}, {@code --sessions N}, and {@code
     * --profile N}: so many seconds of each mode for {@link RoadProfile}, with RSA keys of both usual sizes; 0 for
     * none.
     */
    public static void main(String[] arguments) {
        BenchOptions options =
                BenchOptions.read("road", arguments, "--seconds N", "--rounds N", "--sessions N", "--profile N");
        int seconds = options.number("--seconds", 4);
        int rounds = options.number("--rounds", 3);
        int sessions = options.number("--sessions", 20);
        Path files = TemporaryHome.create("cms");
        CmsRows.make(files, true);
        try (BenchRoad road = BenchRoad.start(KeyAlgorithm.RSA2048)) {
            System.out.printf(
                    "%d sessions, %d processors, median of %d runs of about %d s, gateway: %s%n%n",
                    sessions, Runtime.getRuntime().availableProcessors(), rounds, seconds, road.javaVersion());
            System.out.printf(
                    "%-8s %-8s %10s %8s %14s %12s %12s %14s%n",
                    "size", "mode", "msg/s", "ratio", "gateway ms/msg", "sink ms/msg", "bare CMS us", "beyond it us");
            for (int size : SIZES_KB) {
                measure(road, size, seconds, rounds, sessions);
            }
            int profiled = options.number("--profile", 0);
            if (profiled > 0) {
                profile(road, KeyAlgorithm.RSA2048, profiled, sessions);
                // Keys of this project have this size by default.
                try (BenchRoad other = BenchRoad.start(KeyAlgorithm.RSA3072)) {
                    profile(other, KeyAlgorithm.RSA3072, profiled, sessions);
                }
            }
        } finally {
            TemporaryHome.delete(files);
        }
    }

    private static void profile(BenchRoad road, KeyAlgorithm rsa, int seconds, int sessions) {
        System.out.println();
        System.out.println("keys: " + rsa);
        RoadProfile.print(road, SIZES_KB.getFirst(), seconds, sessions);
    }

    private static void measure(BenchRoad road, int sizeKb, int seconds, int rounds, int sessions) {
        Map<Mode, Integer> counts = new EnumMap<>(Mode.class);
        Map<Mode, List<Sample>> samples = new EnumMap<>(Mode.class);
        for (Mode mode : Mode.values()) {
            road.check(mode, sizeKb);
            samples.put(mode, new ArrayList<>());
        }
        try (LoadRun load = road.load(sessions)) {
            for (Mode mode : Mode.values()) {
                // In the first run the compiler works; the second tells the rate.
                load.run(mode, sizeKb, 2000);
                double rate = load.run(mode, sizeKb, 2000).messagesPerSecond();
                load.run(mode, sizeKb, (int) Math.max(1000, rate * seconds));
                rate = load.run(mode, sizeKb, 1000).messagesPerSecond();
                counts.put(mode, (int) Math.max(200, rate * seconds));
            }
            for (int round = 0; round < rounds; round++) {
                for (Mode mode : Mode.values()) {
                    samples.getOrDefault(mode, List.of()).add(load.run(mode, sizeKb, counts.getOrDefault(mode, 1000)));
                }
            }
        }
        double direct = Medians.median(samples.getOrDefault(Mode.DIRECT, List.of()), Sample::messagesPerSecond)
                .messagesPerSecond();
        samples.forEach((mode, runs) -> {
            Sample sample = Medians.median(runs, Sample::messagesPerSecond);
            Optional<Double> bare = mode.bareOperation(sizeKb).map(RoadBenchmark::cpuMicros);
            System.out.printf(
                    "%-8s %-8s %10.0f %8.2f %14s %12.3f %12s %14s%n",
                    sizeKb + " KB",
                    mode.name().toLowerCase(Locale.ROOT),
                    sample.messagesPerSecond(),
                    sample.messagesPerSecond() / direct,
                    mode == Mode.DIRECT ? "-" : String.format(Locale.ROOT, "%.3f", sample.gatewayMillis()),
                    sample.sinkMillis(),
                    bare.isPresent() ? String.format(Locale.ROOT, "%.0f", bare.get()) : "-",
                    mode == Mode.DIRECT
                            ? "-"
                            : String.format(Locale.ROOT, "%.0f", 1000 * sample.gatewayMillis() - bare.orElse(0.0)));
        });
    }

    /** Returns the processor time of the CMS operation alone, warm, in a process like the gateway's. */
    private static double cpuMicros(String row) {
        CmsRow.Job job = CmsRow.job(row);
        ThreadMXBean threads = ManagementFactory.getThreadMXBean();
        double micros = 0;
        // The last round counts; in those before it the compiler works.
        for (int round = 0; round < 4; round++) {
            long start = threads.getCurrentThreadCpuTime();
            long now = start;
            int operations = 0;
            while (now - start < 1_000_000_000L) {
                try {
                    job.run();
                } catch (Exception e) {
                    throw new IllegalStateException(row, e);
                }
                operations++;
                now = threads.getCurrentThreadCpuTime();
            }
            micros = (now - start) / 1000.0 / operations;
        }
        return micros;
    }
}
