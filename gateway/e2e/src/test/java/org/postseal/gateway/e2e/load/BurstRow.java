package org.postseal.gateway.e2e.load;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.postseal.gateway.testkit.GatewayProcess;
import org.postseal.gateway.testkit.ScriptedNextHop;
import org.postseal.gateway.testkit.TestPki;

/** For a while, ten times as many senders send as keep the gateway busy. */
final class BurstRow implements Row {
    private static final int BUSY = 20;
    private static final int MOST_WINDOWS = 40;
    private static final int AGREE_PERCENT = 3;

    @Override
    public Extent extent() {
        return new Extent("run", 1, 1, 1);
    }

    @Override
    public void run(Steps steps, Tally tally) throws Exception {
        int seconds = steps.isShort() ? 3 : 60;
        try (TestPki pki = MixedGateway.pki();
                ScriptedNextHop hop = new ScriptedNextHop();
                GatewayProcess gateway = MixedGateway.of(pki)
                        .javaOptions(steps.isShort() ? MixedGateway.QUICK : MixedGateway.LASTING)
                        .configuration("limits: { connections: %d }\n".formatted(3 * BUSY))
                        .start(MixedGateway.POLICY, hop.port())) {
            LoadDriver load = new LoadDriver(gateway.submissionLmtp(), true, true);
            if (!steps.isShort()) {
                tally.require(isWarm(load), "no two windows of the warm-up agree");
            }
            long before = phase("peak", load, BUSY, steps.isShort() ? 2 : 20);
            long burst = phase("burst", load, 10 * BUSY, seconds);
            long after = phase("after", load, BUSY, steps.isShort() ? 2 : 30);
            tally.add("run", 1);
            tally.add("recipients an hour before it", before);
            tally.add("recipients an hour in the burst", burst);
            tally.add("recipients an hour after it", after);
            MixedGateway.book("burst", load.account(hop.received()), gateway, tally);
        }
    }

    /** Returns true if the compiler is done: two windows in a row agree. */
    private static boolean isWarm(LoadDriver load) throws InterruptedException {
        long last = 0;
        for (int window = 0; window < MOST_WINDOWS; window++) {
            long next = phase("warm-" + window, load, BUSY, 15);
            if (Math.abs(next - last) * 100 <= next * AGREE_PERCENT) {
                return true;
            }
            last = next;
        }
        return false;
    }

    /**
     * Lets so many senders send for a while; each ends when its last message is through.
     *
     * @return how many recipients an hour got a 2xx in this time
     */
    private static long phase(String name, LoadDriver load, int senders, int seconds) throws InterruptedException {
        int before = load.settled();
        long end = System.nanoTime() + seconds * 1_000_000_000L;
        int promised;
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int s = 0; s < senders; s++) {
                int number = s;
                threads.execute(() -> {
                    for (int i = 0; System.nanoTime() < end; i++) {
                        load.deliver(name + "-" + number + "-" + i, MixedGateway.ALL);
                    }
                });
            }
            TimeUnit.NANOSECONDS.sleep(end - System.nanoTime());
            promised = load.settled() - before;
        }
        return promised * 3600L / seconds;
    }

    @Override
    public void judge(Tally tally) {
        long before = tally.get("recipients an hour before it");
        long after = tally.get("recipients an hour after it");
        long peak = Math.max(before, after);
        tally.require(tally.get("recipients an hour in the burst") * 10 >= peak * 8, "goodput below 80 % of the peak");
        tally.require(after * 10 >= before * 8, "not as before within 30 s");
    }
}
