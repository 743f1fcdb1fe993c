package org.postseal.gateway.e2e.bench;

import static java.nio.charset.StandardCharsets.ISO_8859_1;

import java.io.ByteArrayOutputStream;
import java.time.Duration;
import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import org.postseal.gateway.e2e.PostfixPair;
import org.postseal.gateway.e2e.Users;
import org.postseal.gateway.e2e.load.Latencies;
import org.postseal.gateway.e2e.load.Ledger;
import org.postseal.gateway.e2e.load.LoadDriver;
import org.postseal.gateway.testkit.Await;
import org.postseal.gateway.testkit.GatewayProcess;
import org.postseal.gateway.testkit.Script;
import org.postseal.gateway.testkit.ScriptedNextHop;
import org.postseal.gateway.testkit.SmimeMail;
import org.postseal.gateway.testkit.Usage;

/**
 * Measures how much mail the gateway takes in front of a Postfix, and how long each message waits for its reply, beside
 * Postfix in front of Postfix in the same run. The rounds of all modes are interleaved. Then it measures what signing
 * adds at half the load. Prints tables of medians.
 */
public final class LoadBenchmark {
    private final int seconds;
    private final int rounds;
    private final int sessions;
    private final int sizeKb;
    private final Map<LoadMode, byte[]> messages = new EnumMap<>(LoadMode.class);

    private LoadBenchmark(BenchOptions options) {
        seconds = options.number("--seconds", 10);
        rounds = options.number("--rounds", 3);
        sessions = options.number("--sessions", 20);
        sizeKb = options.number("--size", 5);
    }

    /**
     * One run.
     *
     * @param p50 the median of the milliseconds from the final dot to the reply
     * @param cpuMillis the CPU time of the gateway for each message
     */
    private record Sample(double perSecond, double p50, double p99, double cpuMillis, long residentMib) {}

    /**
     * The arguments are {@code --seconds N} for each run, {@code --rounds N}, {@code --sessions N} and {@code --size
     * KB}.
     */
    public static void main(String[] arguments) throws Exception {
        BenchOptions options =
                BenchOptions.read("load", arguments, "--seconds N", "--rounds N", "--sessions N", "--size KB");
        new LoadBenchmark(options).run();
    }

    private void run() throws Exception {
        try (Users users = new Users();
                PostfixPair postfix = PostfixPair.start();
                GatewayProcess gateway = users.gateway().javaOptions(List.of("-XX:MaxRAMPercentage=50"))) {
            for (LoadMode mode : LoadMode.values()) {
                messages.put(mode, message(users, mode));
            }
            check(users);
            gateway.start(Users.POLICY, postfix.secondPort());
            Map<LoadMode, List<Sample>> samples = new EnumMap<>(LoadMode.class);
            for (LoadMode mode : LoadMode.values()) {
                samples.put(mode, new ArrayList<>());
                // After this run the compiler is done.
                Sample _ = sample(mode, gateway, postfix, 0);
            }
            for (int round = 0; round < rounds; round++) {
                for (LoadMode mode : LoadMode.values()) {
                    samples.getOrDefault(mode, List.of()).add(sample(mode, gateway, postfix, 0));
                }
            }
            System.out.printf(
                    "%d KB, %d sessions, %d processors, median of %d runs of %d s, gateway: %s%n%n",
                    sizeKb,
                    sessions,
                    Runtime.getRuntime().availableProcessors(),
                    rounds,
                    seconds,
                    System.getProperty("java.runtime.version"));
            System.out.printf(
                    "%-18s %10s %10s %10s %16s %12s%n",
                    "mode", "msg/s", "p50 ms", "p99 ms", "gateway ms/msg", "MiB resident");
            samples.forEach((mode, runs) -> print(mode, median(runs)));
            added(
                    gateway,
                    postfix,
                    median(samples.getOrDefault(LoadMode.SIGN, List.of())).perSecond() / 2);
        }
    }

    private static void print(LoadMode mode, Sample sample) {
        System.out.printf(
                Locale.ROOT,
                "%-18s %10.0f %10.1f %10.1f %16s %12s%n",
                mode.label(),
                sample.perSecond(),
                sample.p50(),
                sample.p99(),
                mode.isWithGateway() ? String.format(Locale.ROOT, "%.2f", sample.cpuMillis()) : "-",
                mode.isWithGateway() ? Long.toString(sample.residentMib()) : "-");
    }

    /** Measures at the same rate with and without the gateway. */
    private void added(GatewayProcess gateway, PostfixPair postfix, double rate) {
        List<Sample> with = new ArrayList<>();
        List<Sample> without = new ArrayList<>();
        for (int round = 0; round < rounds; round++) {
            without.add(sample(LoadMode.NEXT_HOP, gateway, postfix, rate));
            with.add(sample(LoadMode.SIGN, gateway, postfix, rate));
        }
        Sample signed = median(with);
        Sample alone = median(without);
        System.out.printf(
                Locale.ROOT,
                "%nsign at half load, %.0f msg/s: p50 %.1f ms, p99 %.1f ms;"
                        + " next hop alone at that rate: p50 %.1f ms, p99 %.1f ms; added: p50 %.1f ms, p99 %.1f ms%n",
                rate,
                signed.p50(),
                signed.p99(),
                alone.p50(),
                alone.p99(),
                signed.p50() - alone.p50(),
                signed.p99() - alone.p99());
    }

    private Sample sample(LoadMode mode, GatewayProcess gateway, PostfixPair postfix, double rate) {
        LoadSource source = new LoadSource(mode.sender(), mode.recipient(), messages.getOrDefault(mode, new byte[0]));
        int port = switch (mode) {
            case POSTFIX_TO_POSTFIX -> postfix.firstPort();
            case NEXT_HOP -> postfix.secondPort();
            case RELAY, SIGN, ENCRYPT, SIGN_AND_ENCRYPT -> gateway.submissionSmtp();
            case INBOUND -> gateway.inboundSmtp();
        };
        double cpu = Usage.cpuSeconds(gateway.pid());
        long start = System.nanoTime();
        Latencies latencies = source.send(port, sessions, rate, Duration.ofSeconds(seconds));
        if (mode == LoadMode.POSTFIX_TO_POSTFIX) {
            // Postfix must also have passed on what it has taken.
            while (!postfix.isIdle()) {
                Await.pause(Duration.ofMillis(100));
            }
        }
        double wall = (System.nanoTime() - start) / 1e9;
        return new Sample(
                latencies.count() / wall,
                latencies.millis(0.5),
                latencies.millis(0.99),
                (Usage.cpuSeconds(gateway.pid()) - cpu) * 1000 / Math.max(1, latencies.count()),
                Usage.residentKib(gateway.pid()) >> 10);
    }

    private static Sample median(List<Sample> samples) {
        return Medians.median(samples, Sample::perSecond);
    }

    /**
     * Sends some messages of each mode, from an upstream that keeps accounts to a next hop that keeps mail. This checks
     * that each mode does what is measured, and that nothing is lost, sent twice or sent in another form.
     */
    private void check(Users users) throws Exception {
        try (ScriptedNextHop sink = new ScriptedNextHop(Script.polite());
                GatewayProcess gateway = users.gateway()) {
            gateway.start(Users.POLICY, sink.port());
            for (LoadMode mode : LoadMode.values()) {
                if (mode.isWithGateway()) {
                    sink.clear();
                    int port = mode == LoadMode.INBOUND ? gateway.inboundSmtp() : gateway.submissionSmtp();
                    LoadDriver upstream =
                            new LoadDriver(port, false, true).carrying(mode.sender(), id -> named(id, mode));
                    upstream.run(mode.name(), ACCOUNTED, sessions, List.of(mode.recipient()));
                    Ledger.Account account = upstream.account(sink.received());
                    List<String> kinds = sink.received().stream()
                            .map(message -> new SmimeMail(message.content()).kind())
                            .filter(kind -> !kind.startsWith(mode.result()))
                            .toList();
                    if (account.promised() != ACCOUNTED
                            || !account.lost().isEmpty()
                            || account.duplicates() > 0
                            || !kinds.isEmpty()) {
                        throw new AssertionError(mode + ": " + account + " " + kinds + "\n" + gateway.log());
                    }
                }
            }
        }
        System.out.printf(
                "%d messages of each mode accounted for: none lost, none sent twice, each in its form%n%n", ACCOUNTED);
    }

    private byte[] named(String id, LoadMode mode) {
        ByteArrayOutputStream out = new ByteArrayOutputStream();
        out.writeBytes(("X-Load: " + id + "\r\n").getBytes(ISO_8859_1));
        out.writeBytes(messages.getOrDefault(mode, new byte[0]));
        return out.toByteArray();
    }

    private byte[] message(Users users, LoadMode mode) {
        String entity = BenchRoad.mixed(sizeKb);
        if (mode == LoadMode.INBOUND) {
            entity = BenchRoad.encrypted(entity, users.pki().identity(Users.ALICE_RSA));
        }
        return SmimeMail.message("load", mode.sender(), mode.recipient(), entity)
                .octets();
    }

    private static final int ACCOUNTED = 100;
}
