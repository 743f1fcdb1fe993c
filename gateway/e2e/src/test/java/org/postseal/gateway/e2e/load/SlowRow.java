package org.postseal.gateway.e2e.load;

import java.io.IOException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.postseal.gateway.testkit.Await;
import org.postseal.gateway.testkit.GatewayProcess;
import org.postseal.gateway.testkit.ScriptedNextHop;
import org.postseal.gateway.testkit.TestPki;
import org.postseal.gateway.testkit.Usage;

/** Thousands of connections send nothing, hundreds send an octet now and then, and mail wants to get through. */
final class SlowRow implements Row {
    private static final int SENDERS = 4;
    private static final long GOOD_MILLIS = 2000;
    private static final long LEEWAY_NANOS = 120_000_000_000L;
    private static final long CUT_SECONDS = 35;

    @Override
    public Extent extent() {
        return new Extent("run", 1, 1, 1);
    }

    @Override
    public void run(Steps steps, Tally tally) throws Exception {
        int idle = steps.isShort() ? 200 : 5000;
        int slow = steps.isShort() ? 20 : 500;
        int dataLimit = steps.isShort() ? 2 : 30;
        long millis = steps.isShort() ? 5000 : 120_000;
        List<BulkSender> open = new CopyOnWriteArrayList<>();
        try (TestPki pki = MixedGateway.pki();
                ScriptedNextHop hop = new ScriptedNextHop();
                GatewayProcess gateway = MixedGateway.of(pki)
                        .javaOptions(steps.isShort() ? MixedGateway.QUICK : MixedGateway.LASTING)
                        .configuration("limits: { connections: 6000, session: { data: %ds } }\n".formatted(dataLimit))
                        .start(MixedGateway.POLICY, hop.port())) {
            try {
                connect(gateway.submissionSmtp(), idle + slow, open);
                tally.require(open.size() == idle + slow, "connected " + open.size());
                List<BulkSender> dripping = open.subList(0, Math.min(slow, open.size()));
                LoadDriver load = new LoadDriver(gateway.submissionSmtp(), false, true);
                Latencies latencies = new Latencies();
                AtomicInteger cut = new AtomicInteger();
                Latencies untilCut = new Latencies();
                long end = System.nanoTime() + millis * 1_000_000;
                try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
                    for (BulkSender sender : dripping) {
                        threads.execute(() -> drip(sender, end + LEEWAY_NANOS, cut, untilCut));
                    }
                    for (int s = 0; s < SENDERS; s++) {
                        int number = s;
                        threads.execute(() -> {
                            for (int i = 0; System.nanoTime() < end; i++) {
                                long start = System.nanoTime();
                                load.deliver("slow-" + number + "-" + i, MixedGateway.ALL);
                                latencies.add(System.nanoTime() - start);
                            }
                        });
                    }
                }
                tally.add("run", 1);
                tally.add("messages", latencies.count());
                tally.add("slow ones cut off", cut.get());
                tally.peak("s until a slow one is cut off", Math.round(untilCut.millis(1) / 1000));
                tally.require(cut.get() == slow, "cut off " + cut.get() + " of " + slow);
                tally.peak("ms for good mail (99 %)", Math.round(latencies.millis(0.99)));
                tally.peak("MiB resident", Usage.residentKib(gateway.pid()) >> 10);
                MixedGateway.book("slow", load.account(hop.received()), gateway, tally);
                tally.require(latencies.count() > 0, "no mail got through");
            } finally {
                for (BulkSender each : open) {
                    each.close();
                }
            }
        }
    }

    private static void connect(int port, int count, List<BulkSender> open) throws Exception {
        List<BulkSender> made = new ArrayList<>();
        try (ExecutorService threads = Executors.newFixedThreadPool(20)) {
            List<Future<BulkSender>> all = IntStream.range(0, count)
                    .mapToObj(_ -> threads.submit(() -> new BulkSender(port)))
                    .toList();
            for (Future<BulkSender> each : all) {
                made.add(each.get());
            }
        } finally {
            open.addAll(made);
        }
    }

    /** Sends octets of a message that never ends. */
    private static void drip(BulkSender sender, long end, AtomicInteger cut, Latencies untilCut) {
        long begun = System.nanoTime();
        try {
            for (String line : List.of("MAIL FROM:<" + LoadDriver.SENDER + ">", "RCPT TO:<x@clear.example>", "DATA")) {
                String _ = sender.command(line);
            }
            begun = System.nanoTime();
            while (System.nanoTime() < end) {
                sender.say("x");
                Await.pause(Duration.ofSeconds(1));
            }
        } catch (IOException closed) {
            cut.incrementAndGet();
            untilCut.add(System.nanoTime() - begun);
        }
    }

    @Override
    public void judge(Tally tally) {
        tally.require(
                tally.get("ms for good mail (99 %)") <= GOOD_MILLIS,
                "good mail took " + tally.get("ms for good mail (99 %)") + " ms");
        tally.require(
                tally.get("s until a slow one is cut off") <= CUT_SECONDS,
                "cut off after " + tally.get("s until a slow one is cut off") + " s");
    }
}
