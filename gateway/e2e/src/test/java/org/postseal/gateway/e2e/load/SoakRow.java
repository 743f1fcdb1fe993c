package org.postseal.gateway.e2e.load;

import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import org.postseal.gateway.road.journal.JournalEntry;
import org.postseal.gateway.testkit.Command;
import org.postseal.gateway.testkit.GatewayProcess;
import org.postseal.gateway.testkit.Received;
import org.postseal.gateway.testkit.ScriptedNextHop;
import org.postseal.gateway.testkit.TestPki;
import org.postseal.gateway.testkit.Usage;

/** Sends mail of all kinds at a moderate rate for a long time. What the gateway holds must not grow. */
final class SoakRow implements Row {
    private static final int RATE = 20;
    private static final int SECONDS = 60;
    private static final String OUT = "-out-";
    private static final String SIGNED = "-signed-";
    private static final String SEALED = "-sealed-";
    private static final Pattern USED = Pattern.compile("used (\\d+)K");

    /** The row is one batch in one process: a run that is cut short begins again. */
    @Override
    public Extent extent() {
        return new Extent("minutes", 90, 3, 90);
    }

    private record Sample(long heapKib, long descriptors, long threads) {}

    @Override
    public void run(Steps steps, Tally tally) throws Exception {
        List<Sample> samples = new ArrayList<>();
        try (TestPki pki = MixedGateway.pki();
                ScriptedNextHop hop = new ScriptedNextHop();
                GatewayProcess gateway = MixedGateway.of(pki)
                        .javaOptions(steps.isShort() ? MixedGateway.QUICK : MixedGateway.LASTING)
                        .start(MixedGateway.POLICY, hop.port())) {
            InboundMail inbound = new InboundMail(pki);
            for (int minute = 0; minute < steps.count(); minute++) {
                String name = "soak-" + (steps.from() + minute);
                LoadDriver load = minute % 2 == 0
                        ? new LoadDriver(gateway.submissionLmtp(), true, true)
                        : new LoadDriver(gateway.submissionSmtp(), false, true);
                LoadDriver signed = in(gateway, minute).carrying(InboundMail.PARTNER, inbound::signed);
                LoadDriver sealed = in(gateway, minute).carrying(InboundMail.PARTNER, inbound::sealed);
                send(name, load, signed, sealed);
                List<Received> received = hop.received();
                List<JournalEntry> rows = MixedGateway.rows(gateway).stream()
                        .filter(row -> row.upstreamId().stream().anyMatch(id -> id.startsWith(name + OUT)))
                        .toList();
                tally.book(name, load.account(of(received, name + OUT)), rows);
                tally.book(name + " signed", signed.account(of(received, name + SIGNED)));
                tally.book(name + " sealed", sealed.account(of(received, name + SEALED)));
                count("verified", of(received, name + SIGNED), tally);
                count("opened and verified", of(received, name + SEALED), tally);
                hop.clear();
                samples.add(sample(gateway.pid()));
                tally.add("minutes", 1);
            }
            List<Path> leaks = MixedGateway.leaks(gateway);
            tally.require(leaks.isEmpty(), "words of mail in " + leaks);
        }
        for (Sample sample : samples) {
            tally.peak("most MiB of heap after GC", sample.heapKib() >> 10);
            tally.peak("most descriptors", sample.descriptors());
            tally.peak("most threads", sample.threads());
        }
        if (!steps.isShort() && samples.size() == extent().batch()) {
            judge(samples, tally);
        }
    }

    /** Sends messages, of which one in ten is large, as in real mail. */
    private static void send(String name, LoadDriver load, LoadDriver signed, LoadDriver sealed)
            throws InterruptedException {
        try (ExecutorService senders = Executors.newVirtualThreadPerTaskExecutor()) {
            long start = System.nanoTime();
            for (int i = 0; i < SECONDS * RATE; i++) {
                long due = start + i * 1_000_000_000L / RATE;
                TimeUnit.NANOSECONDS.sleep(due - System.nanoTime());
                int number = i;
                switch (i % 4) {
                    case 0 -> senders.execute(() -> signed.deliver(name + SIGNED + number, InboundMail.TO));
                    case 1 -> senders.execute(() -> sealed.deliver(name + SEALED + number, InboundMail.TO));
                    default -> {
                        LoadDriver sender = load.longer(i % 10 == 2 ? 8000 : 80);
                        senders.execute(() -> sender.deliver(name + OUT + number, MixedGateway.ALL));
                    }
                }
            }
        }
    }

    private static LoadDriver in(GatewayProcess gateway, int minute) {
        return minute % 2 == 0
                ? new LoadDriver(gateway.inboundLmtp(), true, true)
                : new LoadDriver(gateway.inboundSmtp(), false, true);
    }

    private static List<Received> of(List<Received> received, String prefix) {
        return received.stream()
                .filter(message -> Form.field(message.text(), "X-Load").startsWith(prefix))
                .toList();
    }

    private static void count(String what, List<Received> received, Tally tally) {
        long good = received.stream().filter(InboundMail::isOpenAndVerified).count();
        tally.add(what, good);
        tally.require(good == received.size(), what + ": " + good + " of " + received.size());
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

    /**
     * Compares the last twenty minutes with twenty minutes after the first ten, in which the compiler works and caches
     * fill. An hour lies between.
     */
    private static void judge(List<Sample> samples, Tally tally) {
        List<Sample> early = samples.subList(10, 30);
        List<Sample> late = samples.subList(70, 90);
        long heap = median(early, 0);
        flat("heap after GC in KiB", heap, median(late, 0), heap / 100, tally);
        flat("descriptors", median(early, 1), median(late, 1), 5, tally);
        flat("threads", median(early, 2), median(late, 2), 3, tally);
    }

    private static void flat(String what, long early, long late, long slack, Tally tally) {
        tally.require(late <= early + slack, what + " grows: " + early + ", an hour later " + late);
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
