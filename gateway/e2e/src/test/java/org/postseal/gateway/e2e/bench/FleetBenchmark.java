package org.postseal.gateway.e2e.bench;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.function.ToDoubleFunction;
import java.util.stream.IntStream;
import org.postseal.certstore.database.PostgresServer;
import org.postseal.certstore.key.KeyAlgorithm;
import org.postseal.gateway.e2e.FleetDatabase;
import org.postseal.gateway.e2e.bench.LoadRun.Sample;
import org.postseal.gateway.e2e.load.Latencies;
import org.postseal.gateway.testkit.Usage;

/**
 * Measures what PostgreSQL costs a gateway, and what a second gateway on the same PostgreSQL costs, with relayed
 * messages of 5 KB: the less a message costs otherwise, the more the journal counts. The rounds of all setups are
 * interleaved, and ratios are medians of those of each round. Source, sinks, gateways and servers share one machine.
 */
public final class FleetBenchmark {
    private static final Mode MODE = Mode.RELAY;
    private static final int SIZE_KB = 5;

    private FleetBenchmark() {}

    /** The gateways that share the load. */
    private enum Kind {
        LEDGER("one on its ledger", 1),
        ONE("one on PostgreSQL", 1),
        TWO("two on one PostgreSQL", 2),
        /** As {@link #TWO}, with as many sessions at each as the others have. */
        TWICE("two, twice the sessions", 2);

        private final String label;
        private final int nodes;

        Kind(String label, int nodes) {
            this.label = label;
            this.nodes = nodes;
        }

        int sessions(int sessions) {
            return this == TWICE ? 2 * sessions : sessions;
        }
    }

    /**
     * One run.
     *
     * @param gatewayMicros the CPU time of all gateways for each message
     * @param databaseMicros the CPU time of the server for each message
     */
    private record Cost(double perSecond, double gatewayMicros, double databaseMicros, Latencies latencies) {
        double perCpuSecond() {
            return 1e6 / (gatewayMicros + databaseMicros);
        }
    }

    /** Gateways, and a server of their own, so that its work in the background is theirs. */
    private static final class Setup implements AutoCloseable {
        private final Optional<PostgresServer> server;
        private final List<BenchRoad> roads = new ArrayList<>();

        Setup(Kind kind) {
            server = kind == Kind.LEDGER ? Optional.empty() : Optional.of(PostgresServer.start());
            Optional<FleetDatabase> database = server.map(FleetDatabase::new);
            for (int i = 0; i < kind.nodes; i++) {
                String node = "node-" + i;
                roads.add(BenchRoad.start(
                        KeyAlgorithm.RSA2048,
                        database.map(each -> each.configuration(node, UPSTREAM))
                                .orElse("upstreams: { " + UPSTREAM + " }\n")));
            }
        }

        Cost run(int messages, int sessions) {
            List<LoadRun> loads = roads.stream()
                    .map(road -> road.load(Math.max(1, sessions / roads.size())))
                    .toList();
            try {
                double before = databaseSeconds();
                long start = System.nanoTime();
                List<Sample> samples = loads.parallelStream()
                        .map(load -> load.run(MODE, SIZE_KB, messages / loads.size()))
                        .toList();
                double wall = (System.nanoTime() - start) / 1e9;
                Latencies latencies = new Latencies();
                samples.forEach(sample -> latencies.addAll(sample.latencies()));
                return new Cost(
                        messages / wall,
                        samples.stream()
                                        .mapToDouble(Sample::gatewayMillis)
                                        .average()
                                        .orElseThrow()
                                * 1000,
                        (databaseSeconds() - before) * 1e6 / messages,
                        latencies);
            } finally {
                loads.forEach(LoadRun::close);
            }
        }

        private double databaseSeconds() {
            return server.map(running -> Usage.cpuSecondsWithChildren(running.pid()))
                    .orElse(0.0);
        }

        @Override
        public void close() {
            roads.forEach(BenchRoad::close);
            server.ifPresent(PostgresServer::close);
        }
    }

    /** The arguments are {@code --seconds N} for each run, {@code --rounds N}, and {@code --sessions N,N}. */
    public static void main(String[] arguments) {
        BenchOptions options = BenchOptions.read("fleet", arguments, "--seconds N", "--rounds N", "--sessions N,N");
        int seconds = options.number("--seconds", 3);
        int rounds = options.number("--rounds", 5);
        List<Integer> sessions = Arrays.stream(
                        options.text("--sessions").orElse("64,16,1").split(",", -1))
                .map(Integer::valueOf)
                .toList();
        Map<Kind, Setup> setups = new EnumMap<>(Kind.class);
        try {
            for (Kind kind : List.of(Kind.LEDGER, Kind.ONE, Kind.TWO)) {
                setups.put(kind, new Setup(kind));
            }
            setups.put(Kind.TWICE, Objects.requireNonNull(setups.get(Kind.TWO)));
            setups.values().stream().distinct().forEach(setup -> setup.roads.forEach(FleetBenchmark::warmUp));
            System.out.printf(
                    "relay 5 KB, %d processors, %d rounds of about %d s%n%n%-10s %-22s %8s %8s %8s %14s %14s %12s%n",
                    Runtime.getRuntime().availableProcessors(),
                    rounds,
                    seconds,
                    "sessions",
                    "gateways",
                    "msg/s",
                    "p50 ms",
                    "p99 ms",
                    "gateway us/msg",
                    "database us/msg",
                    "msg/CPU-s");
            for (int each : sessions) {
                measure(setups, each, seconds, rounds);
            }
        } finally {
            setups.values().stream().distinct().forEach(Setup::close);
        }
    }

    private static void warmUp(BenchRoad road) {
        try (LoadRun load = road.load(WARMING_SESSIONS)) {
            int _ = RoadBenchmark.warmUp(load, MODE, SIZE_KB, 1);
        }
    }

    private static void measure(Map<Kind, Setup> setups, int sessions, int seconds, int rounds) {
        Map<Kind, List<Cost>> costs = new EnumMap<>(Kind.class);
        Map<Kind, Integer> counts = new EnumMap<>(Kind.class);
        setups.forEach((kind, setup) -> {
            costs.put(kind, new ArrayList<>());
            // An even number, for two nodes.
            counts.put(
                    kind,
                    2
                            * Math.max(100, (int)
                                    (setup.run(1000, kind.sessions(sessions)).perSecond() * seconds / 2)));
        });
        for (int round = 0; round < rounds; round++) {
            setups.forEach((kind, setup) -> costs.getOrDefault(kind, List.of())
                    .add(setup.run(counts.getOrDefault(kind, 200), kind.sessions(sessions))));
        }
        costs.forEach((kind, runs) -> System.out.printf(
                Locale.ROOT,
                "%-10d %-22s %8.0f %8.1f %8.1f %14.0f %14.0f %12.0f%n",
                sessions,
                kind.label,
                median(runs, Cost::perSecond),
                median(runs, cost -> cost.latencies().millis(0.5)),
                median(runs, cost -> cost.latencies().millis(0.99)),
                median(runs, Cost::gatewayMicros),
                median(runs, Cost::databaseMicros),
                median(runs, Cost::perCpuSecond)));
        System.out.printf(
                Locale.ROOT,
                "%-10d PostgreSQL/ledger: rate %.2f; two/one: rate %.2f, messages per CPU-s %.2f;"
                        + " with twice the sessions %.2f, %.2f%n%n",
                sessions,
                ratio(costs, Kind.ONE, Kind.LEDGER, Cost::perSecond),
                ratio(costs, Kind.TWO, Kind.ONE, Cost::perSecond),
                ratio(costs, Kind.TWO, Kind.ONE, Cost::perCpuSecond),
                ratio(costs, Kind.TWICE, Kind.ONE, Cost::perSecond),
                ratio(costs, Kind.TWICE, Kind.ONE, Cost::perCpuSecond));
    }

    private static double median(List<Cost> runs, ToDoubleFunction<Cost> figure) {
        return figure.applyAsDouble(Medians.median(runs, figure));
    }

    private static double ratio(Map<Kind, List<Cost>> costs, Kind of, Kind to, ToDoubleFunction<Cost> figure) {
        List<Cost> ofs = costs.getOrDefault(of, List.of());
        List<Cost> tos = costs.getOrDefault(to, List.of());
        return Medians.median(
                IntStream.range(0, ofs.size())
                        .mapToObj(i -> figure.applyAsDouble(ofs.get(i)) / figure.applyAsDouble(tos.get(i)))
                        .toList(),
                Double::doubleValue);
    }

    private static final int WARMING_SESSIONS = 64;
    private static final String UPSTREAM = "mx: { networks: 127.0.0.0/8 }";
}
