package org.postseal.gateway.e2e.load;

import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.atomic.AtomicBoolean;
import java.util.stream.Collectors;
import org.postseal.gateway.testkit.Await;
import org.postseal.gateway.testkit.GatewayProcess;

/** Sends many messages, and meanwhile kills one of the gateways by SIGKILL and starts it again, once for each step. */
final class KillsUnderLoad {
    private static final int SENDERS = 16;

    /**
     * At most 64 messages a second, with three units each. The peers need the rest of the machine's time: on their own
     * hosts they would not wait for a processor either.
     */
    private static final Duration REST = Duration.ofMillis(250);

    private KillsUnderLoad() {}

    static void run(String name, Row.Steps steps, LoadDriver load, List<GatewayProcess> gateways, Tally tally)
            throws InterruptedException {
        int perKill = steps.isShort() ? 40 : 100;
        int messages = perKill * steps.count();
        Random random = new Random(steps.from());
        AtomicBoolean isSent = new AtomicBoolean();
        Thread sending = Thread.ofVirtual().start(() -> {
            try {
                load.resting(REST).run(name + "-" + steps.from(), messages, SENDERS, MixedGateway.ALL);
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
                    () -> "no progress\n"
                            + gateways.stream().map(GatewayProcess::log).collect(Collectors.joining("\n")));
            GatewayProcess killed = gateways.get(random.nextInt(gateways.size()));
            killed.kill();
            killed.start();
        }
        sending.join();
        tally.require(isSent.get(), "not everything came to an end");
        tally.add("kills", steps.count());
        tally.add("messages", messages);
    }
}
