package org.postseal.gateway.e2e.load;

import java.time.Duration;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import org.postseal.gateway.testkit.Await;
import org.postseal.gateway.testkit.GatewayProcess;
import org.postseal.gateway.testkit.ScriptedNextHop;
import org.postseal.gateway.testkit.TestPki;

/** Kills the gateway by SIGKILL under load, again and again. */
final class KillRow implements Row {
    private static final int SENDERS = 16;

    /**
     * At most 64 messages a second, with three units each. The peers need the rest of the machine's time: on their own
     * hosts they would not wait for a processor either.
     */
    private static final Duration REST = Duration.ofMillis(250);

    @Override
    public String unit() {
        return "kills";
    }

    @Override
    public int full() {
        return 500;
    }

    @Override
    public int brief() {
        return 10;
    }

    @Override
    public int batch() {
        return 5;
    }

    @Override
    public void run(Steps steps, Tally tally) throws Exception {
        boolean isLmtp = steps.from() / batch() % 2 == 0;
        int perKill = steps.isShort() ? 40 : 100;
        int messages = perKill * steps.count();
        Random random = new Random(steps.from());
        try (TestPki pki = MixedGateway.pki();
                ScriptedNextHop hop = new ScriptedNextHop();
                GatewayProcess gateway = MixedGateway.of(pki).start(MixedGateway.POLICY, hop.port())) {
            LoadDriver load = new LoadDriver(isLmtp ? gateway.submissionLmtp() : gateway.submissionSmtp(), isLmtp, true)
                    .resting(REST);
            AtomicBoolean isSent = new AtomicBoolean();
            Thread sending = Thread.ofVirtual().start(() -> {
                try {
                    load.run("kill-" + steps.from(), messages, SENDERS, MixedGateway.ALL);
                    isSent.set(true);
                } catch (InterruptedException e) {
                    Thread.currentThread().interrupt();
                }
            });
            for (int kill = 0; kill < steps.count(); kill++) {
                // On average each kill comes after so many messages, and some are left for the last.
                int before = load.settled();
                int more = random.nextInt(3 * perKill * MixedGateway.ALL.size() / 2);
                Await.until(
                        () -> load.settled() > before + more || !sending.isAlive(),
                        () -> "no progress\n" + gateway.log());
                gateway.kill();
                gateway.start();
            }
            sending.join();
            tally.require(isSent.get(), "not everything came to an end");
            tally.add("kills", steps.count());
            tally.add("messages", messages);
            MixedGateway.book("kill " + steps.from(), load.account(hop.received()), gateway, tally);
        }
    }

    @Override
    public void judge(Tally tally) {
        tally.require(
                tally.get("duplicates") * 5 <= tally.get("kills"),
                "more than 0.2 duplicates for each kill: " + tally.get("duplicates"));
    }
}
