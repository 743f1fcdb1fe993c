package org.postseal.gateway.e2e.bench;

import java.lang.management.ManagementFactory;
import java.lang.management.ThreadMXBean;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.gateway.e2e.bench.LoadRun.Sample;
import org.postseal.gateway.testkit.TemporaryHome;

/**
 * Measures messages per second and CPU time per message through SMTP → gateway → SMTP, beside the same source straight
 * to {@code smtp-sink} in the same run. The rounds of all modes are interleaved, so that a disturbance of the machine
 * affects all alike; so are those of the gateway of another checkout, if there is one. Prints a table of medians. The
 * gateway's CPU time is also given as a multiple of that of {@code smtp-sink} in mode {@code direct}, which depends
 * less on the machine.
 */
public final class RoadBenchmark {
    private static final List<Integer> SIZES_KB = List.of(5, 100);

    /** The octets of the messages of a batch while it warms up. */
    private static final int OCTETS_OF_BATCH = 50 << 20;

    private static final int MOST_BATCHES = 12;
    /** The share of the least cost before, above which the cost counts as steady. */
    private static final double STEADY = 0.97;

    private RoadBenchmark() {}

    /** @param seconds the length of a measured run */
    private record Plan(List<Mode> modes, int seconds, int rounds, int sessions) {}

    /**
     * The arguments are {@code --seconds N} for each measured run, {@code --rounds N}, {@code --sessions N}, {@code
     * --mode NAME} for that mode alone, {@code --profile N}: so many seconds of each mode for {@link RoadProfile}, with
     * RSA keys of both usual sizes, 0 for none; and one that it is compared with: {@code --against FOLDER}, a checkout
     * whose gateway is packed, or {@code --with LINES}, this gateway with such lines of configuration.
     */
    public static void main(String[] arguments) {
        BenchOptions options = BenchOptions.read(
                "road",
                arguments,
                "--seconds N",
                "--rounds N",
                "--sessions N",
                "--mode NAME",
                "--profile N",
                "--against COMMIT",
                "--with LINES");
        Plan plan = new Plan(
                options.text("--mode")
                        .map(name -> List.of(Mode.DIRECT, Mode.valueOf(name.toUpperCase(Locale.ROOT))))
                        .orElse(List.of(Mode.values())),
                options.number("--seconds", 4),
                options.number("--rounds", 3),
                options.number("--sessions", 20));
        Optional<String> against = options.text("--against");
        Optional<String> with = options.text("--with");
        Path files = TemporaryHome.create("cms");
        CmsRows.make(files, true);
        List<BenchRoad> roads = new ArrayList<>();
        try {
            roads.add(BenchRoad.start(KeyAlgorithm.RSA2048));
            against.ifPresent(checkout -> roads.add(BenchRoad.start(KeyAlgorithm.RSA2048, Path.of(checkout))));
            with.ifPresent(lines -> roads.add(BenchRoad.start(KeyAlgorithm.RSA2048, lines)));
            System.out.printf(
                    "%d sessions, %d processors, median of %d runs of about %d s, gateway: %s%n%n",
                    plan.sessions(),
                    Runtime.getRuntime().availableProcessors(),
                    plan.rounds(),
                    plan.seconds(),
                    roads.getFirst().javaVersion());
            System.out.printf(
                    "%-8s %-8s %10s %8s %14s %9s %12s %12s %14s%s%n",
                    "size",
                    "mode",
                    "msg/s",
                    "ratio",
                    "gateway ms/msg",
                    "x direct",
                    "sink ms/msg",
                    "bare CMS us",
                    "beyond it us",
                    roads.size() > 1 ? "   other ms/msg  this/other" : "");
            for (int size : SIZES_KB) {
                measure(roads, size, plan);
            }
            int profiled = options.number("--profile", 0);
            if (profiled > 0) {
                profile(roads.getFirst(), KeyAlgorithm.RSA2048, profiled, plan.sessions());
                // Keys of this project have this size by default.
                try (BenchRoad other = BenchRoad.start(KeyAlgorithm.RSA3072)) {
                    profile(other, KeyAlgorithm.RSA3072, profiled, plan.sessions());
                }
            }
        } finally {
            roads.forEach(BenchRoad::close);
            TemporaryHome.delete(files);
        }
    }

    private static void profile(BenchRoad road, KeyAlgorithm rsa, int seconds, int sessions) {
        System.out.println();
        System.out.println("keys: " + rsa);
        RoadProfile.print(road, SIZES_KB.getFirst(), seconds, sessions);
    }

    private static void measure(List<BenchRoad> roads, int sizeKb, Plan plan) {
        List<LoadRun> loads = new ArrayList<>();
        List<Map<Mode, List<Sample>>> samples = new ArrayList<>();
        try {
            Map<Mode, Integer> counts = new EnumMap<>(Mode.class);
            for (BenchRoad road : roads) {
                plan.modes().forEach(mode -> road.check(mode, sizeKb));
                LoadRun load = road.load(plan.sessions());
                loads.add(load);
                samples.add(new EnumMap<>(Mode.class));
                for (Mode mode : plan.modes()) {
                    counts.put(mode, warmUp(load, mode, sizeKb, plan.seconds()));
                }
            }
            for (int round = 0; round < plan.rounds(); round++) {
                for (Mode mode : plan.modes()) {
                    for (int i = 0; i < loads.size(); i++) {
                        samples.get(i)
                                .computeIfAbsent(mode, _ -> new ArrayList<>())
                                .add(loads.get(i).run(mode, sizeKb, counts.getOrDefault(mode, 1000)));
                    }
                }
            }
        } finally {
            loads.forEach(LoadRun::close);
        }
        List<Map<Mode, Sample>> medians =
                samples.stream().map(RoadBenchmark::medians).toList();
        for (Mode mode : plan.modes()) {
            print(mode, sizeKb, medians);
        }
    }

    /**
     * Runs until messages cost hardly less than the cheapest batch before, twice in a row, when the compiler has done
     * its work, and returns how many messages take so many seconds.
     */
    static int warmUp(LoadRun load, Mode mode, int sizeKb, int seconds) {
        int batch = OCTETS_OF_BATCH / (sizeKb * 1024);
        Sample sample = load.run(mode, sizeKb, batch);
        double least = sample.gatewayMillis();
        int steady = 0;
        for (int batches = 1; steady < 2 && batches < MOST_BATCHES; batches++) {
            sample = load.run(mode, sizeKb, batch);
            steady = sample.gatewayMillis() < STEADY * least ? 0 : steady + 1;
            least = Math.min(least, sample.gatewayMillis());
        }
        return (int) Math.max(200, sample.messagesPerSecond() * seconds);
    }

    private static Map<Mode, Sample> medians(Map<Mode, List<Sample>> samples) {
        Map<Mode, Sample> medians = new EnumMap<>(Mode.class);
        samples.forEach((mode, runs) -> medians.put(mode, Medians.median(runs, Sample::messagesPerSecond)));
        return medians;
    }

    /** @param medians those of this checkout, and of another one if there is one */
    private static void print(Mode mode, int sizeKb, List<Map<Mode, Sample>> medians) {
        Sample sample = Objects.requireNonNull(medians.getFirst().get(mode));
        Sample direct = Objects.requireNonNull(medians.getFirst().get(Mode.DIRECT));
        Optional<Double> bare = mode.bareOperation(sizeKb).map(RoadBenchmark::cpuMicros);
        boolean hasGateway = mode != Mode.DIRECT;
        String other = medians.stream()
                .skip(1)
                .filter(_ -> hasGateway)
                .map(each -> Objects.requireNonNull(each.get(mode)).gatewayMillis())
                .map(millis -> String.format(Locale.ROOT, " %14.3f %11.2f", millis, sample.gatewayMillis() / millis))
                .findFirst()
                .orElse("");
        System.out.printf(
                "%-8s %-8s %10.0f %8.2f %14s %9s %12.3f %12s %14s%s%n",
                sizeKb + " KB",
                mode.name().toLowerCase(Locale.ROOT),
                sample.messagesPerSecond(),
                sample.messagesPerSecond() / direct.messagesPerSecond(),
                hasGateway ? String.format(Locale.ROOT, "%.3f", sample.gatewayMillis()) : "-",
                hasGateway ? String.format(Locale.ROOT, "%.1f", sample.gatewayMillis() / direct.sinkMillis()) : "-",
                sample.sinkMillis(),
                bare.map(micros -> String.format(Locale.ROOT, "%.0f", micros)).orElse("-"),
                hasGateway ? String.format(Locale.ROOT, "%.0f", 1000 * sample.gatewayMillis() - bare.orElse(0.0)) : "-",
                other);
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
