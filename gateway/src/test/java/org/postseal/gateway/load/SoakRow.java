package org.postseal.gateway.load;

import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.postseal.gateway.e2e.Command;
import org.postseal.gateway.e2e.GatewayProcess;
import org.postseal.gateway.e2e.TestPki;
import org.postseal.gateway.testing.ScriptedNextHop;
import org.postseal.gateway.testing.Usage;

/** Mail of all kinds at a moderate rate for long: what the gateway holds must not grow. */
final class SoakRow implements Row {
    private static final int RATE = 20;
    private static final Pattern USED = Pattern.compile("used (\\d+)K");

    @Override
    public String unit() {
        return "minutes";
    }

    @Override
    public int full() {
        return 90;
    }

    @Override
    public int brief() {
        return 1;
    }

    @Override
    public int batch() {
        return 30;
    }

    private record Sample(long heapKib, long descriptors, long threads) {}

    @Override
    public void run(Steps steps, Tally tally) throws Exception {
        int seconds = steps.isShort() ? 15 : 60;
        List<Sample> samples = new ArrayList<>();
        try (TestPki pki = MixedGateway.pki();
                ScriptedNextHop hop = new ScriptedNextHop();
                GatewayProcess gateway = MixedGateway.of(pki)
                        .javaOptions(steps.isShort() ? MixedGateway.QUICK : MixedGateway.LASTING)
                        .start(MixedGateway.POLICY, hop.port())) {
            int doubts = 0;
            for (int minute = 0; minute < steps.count(); minute++) {
                String name = "soak-" + (steps.from() + minute);
                LoadDriver load = minute % 2 == 0
                        ? new LoadDriver(gateway.submissionLmtp(), true, true)
                        : new LoadDriver(gateway.submissionSmtp(), false, true);
                send(name, load, seconds);
                int doubtsNow = MixedGateway.doubts(gateway);
                tally.book(name, load.account(hop.received()), doubtsNow - doubts);
                doubts = doubtsNow;
                hop.clear();
                samples.add(sample(gateway.pid()));
                tally.add("minutes", 1);
            }
        }
        for (Sample sample : samples) {
            tally.peak("most MiB of heap after GC", sample.heapKib() >> 10);
            tally.peak("most descriptors", sample.descriptors());
            tally.peak("most threads", sample.threads());
        }
        if (!steps.isShort() && samples.size() == batch()) {
            judge(samples, tally);
        }
    }

    /** One in ten is large, as mail is. */
    private static void send(String name, LoadDriver load, int seconds) throws InterruptedException {
        try (ExecutorService senders = Executors.newVirtualThreadPerTaskExecutor()) {
            long start = System.nanoTime();
            for (int i = 0; i < seconds * RATE; i++) {
                long due = start + i * 1_000_000_000L / RATE;
                TimeUnit.NANOSECONDS.sleep(due - System.nanoTime());
                LoadDriver sender = i % 10 == 0 ? load.longer(8000) : load.longer(80);
                String id = name + "-" + i;
                senders.execute(() -> sender.deliver(id, MixedGateway.ALL));
            }
        }
    }

    private static Sample sample(long pid) {
        byte[] _ = jcmd(pid, "GC.run");
        String heap = new String(jcmd(pid, "GC.heap_info"), java.nio.charset.StandardCharsets.US_ASCII);
        Matcher used = USED.matcher(heap);
        long sum = 0;
        while (used.find() && !heap.substring(0, used.start()).contains("Metaspace")) {
            sum += Long.parseLong(used.group(1));
        }
        return new Sample(sum, Usage.descriptors(pid), Usage.threads(pid));
    }

    private static byte[] jcmd(long pid, String what) {
        return Command.of(System.getProperty("java.home") + "/bin/jcmd", pid, what)
                .output();
    }

    /** The last ten minutes beside ten after the first ten, in which the compiler works and caches fill. */
    private static void judge(List<Sample> samples, Tally tally) {
        List<Sample> early = samples.subList(10, 20);
        List<Sample> late = samples.subList(20, 30);
        flat("heap after GC in KiB", median(early, 0), median(late, 0), 1024, tally);
        flat("descriptors", median(early, 1), median(late, 1), 5, tally);
        flat("threads", median(early, 2), median(late, 2), 3, tally);
    }

    private static void flat(String what, long early, long late, long slack, Tally tally) {
        tally.require(late <= early + slack, what + " grows: " + early + ", ten minutes later " + late);
    }

    private static long median(List<Sample> samples, int which) {
        return samples.stream()
                .map(sample -> switch (which) {
                    case 0 -> sample.heapKib();
                    case 1 -> sample.descriptors();
                    default -> sample.threads();
                })
                .sorted()
                .skip(samples.size() / 2)
                .findFirst()
                .orElseThrow();
    }
}
