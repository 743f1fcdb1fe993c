package org.postseal.gateway.e2e.load;

import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.concurrent.atomic.AtomicInteger;
import org.postseal.gateway.testkit.Await;
import org.postseal.gateway.testkit.GatewayProcess;
import org.postseal.gateway.testkit.ScriptedNextHop;
import org.postseal.gateway.testkit.TestPki;

/** Two gateways behind one MTA are restarted in turn. */
final class RestartRow implements Row {
    private static final int SENDERS = 16;
    private static final int MESSAGES_PER_RESTART = 60;

    @Override
    public Extent extent() {
        return new Extent("restarts", 100, 4, 4);
    }

    @Override
    public void run(Steps steps, Tally tally) throws Exception {
        boolean isLmtp = steps.from() / extent().batch() % 2 == 0;
        Random random = new Random(steps.from());
        try (TestPki pki = MixedGateway.pki();
                ScriptedNextHop hop = new ScriptedNextHop();
                GatewayProcess one = MixedGateway.of(pki).start(MixedGateway.POLICY, hop.port());
                GatewayProcess other = MixedGateway.of(pki).start(MixedGateway.POLICY, hop.port())) {
            List<GatewayProcess> gateways = List.of(one, other);
            AtomicInteger turn = new AtomicInteger();
            LoadDriver load = new LoadDriver(
                    () -> {
                        GatewayProcess next = gateways.get(Math.floorMod(turn.getAndIncrement(), 2));
                        return isLmtp ? next.submissionLmtp() : next.submissionSmtp();
                    },
                    isLmtp,
                    true);
            AtomicBoolean isEnough = new AtomicBoolean();
            Thread sending = Thread.ofVirtual().start(() -> {
                for (int round = 0; !isEnough.get(); round++) {
                    try {
                        load.run(
                                "restart-" + steps.from() + "-" + round,
                                MESSAGES_PER_RESTART,
                                SENDERS,
                                MixedGateway.ALL);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                        return;
                    }
                }
            });
            for (int restart = 0; restart < steps.count(); restart++) {
                GatewayProcess gateway = gateways.get(restart % 2);
                int before = load.settled();
                int more = random.nextInt(MESSAGES_PER_RESTART * MixedGateway.ALL.size());
                Await.until(() -> load.settled() > before + more, () -> "no progress\n" + gateway.log());
                long start = System.nanoTime();
                int status = gateway.stop();
                tally.peak("most ms to stop", (System.nanoTime() - start) / 1_000_000);
                tally.require(status == 0 || status == SIGTERM, "exit status " + status + ": " + gateway.log());
                gateway.start();
            }
            isEnough.set(true);
            sending.join();
            tally.add("restarts", steps.count());
            for (GatewayProcess gateway : gateways) {
                List<java.nio.file.Path> leaks = MixedGateway.leaks(gateway);
                tally.require(leaks.isEmpty(), "words of mail in " + leaks);
            }
            // An orderly stop leaves no recipient in doubt.
            tally.book("restarts " + steps.from(), load.account(hop.received()));
        }
    }

    // The exit status of the JVM after its shutdown hooks: 128 and the number of the signal.
    private static final int SIGTERM = 143;
}
