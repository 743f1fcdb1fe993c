package org.postseal.gateway.load;

import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.TimeUnit;
import org.postseal.gateway.e2e.GatewayProcess;
import org.postseal.gateway.e2e.TestPki;
import org.postseal.gateway.testing.ScriptedNextHop;

/** Ten times as many senders as keep the gateway busy, for a while. */
final class BurstRow implements Row {
    private static final int BUSY = 20;

    @Override
    public String unit() {
        return "run";
    }

    @Override
    public int full() {
        return 1;
    }

    @Override
    public int brief() {
        return 1;
    }

    @Override
    public int batch() {
        return 1;
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
                // the compiler is done after it
                phase("warm", load, BUSY, 15);
            }
            long peak = phase("peak", load, BUSY, steps.isShort() ? 2 : 20);
            long burst = phase("burst", load, 10 * BUSY, seconds);
            long after = phase("after", load, BUSY, steps.isShort() ? 2 : 30);
            tally.add("run", 1);
            tally.add("recipients an hour at the peak", peak);
            tally.add("recipients an hour in the burst", burst);
            tally.add("recipients an hour after it", after);
            tally.book("burst", load.account(hop.received()), MixedGateway.doubts(gateway));
        }
    }

    /** So many senders for a while, each of whom ends when his last message is through; recipients an hour that were promised meanwhile. */
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
        long peak = tally.get("recipients an hour at the peak");
        tally.require(tally.get("recipients an hour in the burst") * 10 >= peak * 8, "goodput below 80 % of the peak");
        tally.require(tally.get("recipients an hour after it") * 10 >= peak * 8, "not as before within 30 s");
    }
}
