package org.postseal.gateway.e2e.load;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import java.util.concurrent.ThreadLocalRandom;
import java.util.concurrent.atomic.AtomicBoolean;
import org.postseal.certstore.database.PostgresServer;
import org.postseal.gateway.e2e.FleetDatabase;
import org.postseal.gateway.testkit.Await;
import org.postseal.gateway.testkit.GatewayProcess;
import org.postseal.gateway.testkit.ScriptedNextHop;
import org.postseal.gateway.testkit.TestPki;

/** Kills one of two gateways of a fleet by SIGKILL under load, again and again. Each attempt reaches any of them. */
final class FleetKillRow implements Row {
    private static final int SENDERS = 16;
    private static final Duration REST = Duration.ofMillis(250);

    @Override
    public String unit() {
        return "kills";
    }

    @Override
    public int full() {
        return 200;
    }

    @Override
    public int brief() {
        return 4;
    }

    @Override
    public int batch() {
        return 4;
    }

    @Override
    public void run(Steps steps, Tally tally) throws Exception {
        boolean isLmtp = steps.from() / batch() % 2 == 0;
        int perKill = steps.isShort() ? 40 : 100;
        int messages = perKill * steps.count();
        Random random = new Random(steps.from());
        try (PostgresServer server = PostgresServer.start();
                TestPki pki = MixedGateway.pki();
                ScriptedNextHop hop = new ScriptedNextHop()) {
            FleetDatabase database = new FleetDatabase(server);
            try (GatewayProcess one =
                            database.join(MixedGateway.of(pki), "one").start(MixedGateway.POLICY, hop.port());
                    GatewayProcess other =
                            database.join(MixedGateway.of(pki), "other").start(MixedGateway.POLICY, hop.port())) {
                List<GatewayProcess> gateways = List.of(one, other);
                LoadDriver load = new LoadDriver(
                                () -> {
                                    GatewayProcess any = gateways.get(
                                            ThreadLocalRandom.current().nextInt(gateways.size()));
                                    return isLmtp ? any.submissionLmtp() : any.submissionSmtp();
                                },
                                isLmtp,
                                true)
                        .resting(REST);
                AtomicBoolean isSent = new AtomicBoolean();
                Thread sending = Thread.ofVirtual().start(() -> {
                    try {
                        load.run("fleet-kill-" + steps.from(), messages, SENDERS, MixedGateway.ALL);
                        isSent.set(true);
                    } catch (InterruptedException e) {
                        Thread.currentThread().interrupt();
                    }
                });
                for (int kill = 0; kill < steps.count(); kill++) {
                    int before = load.settled();
                    int more = random.nextInt(3 * perKill * MixedGateway.ALL.size() / 2);
                    Await.until(
                            () -> load.settled() > before + more || !sending.isAlive(),
                            () -> "no progress\n" + one.log() + other.log());
                    GatewayProcess killed = gateways.get(random.nextInt(gateways.size()));
                    killed.kill();
                    killed.start();
                }
                sending.join();
                tally.require(isSent.get(), "not everything came to an end");
                tally.add("kills", steps.count());
                tally.add("messages", messages);
                tally.book("fleet-kill " + steps.from(), load.account(hop.received()), database.rows());
                for (GatewayProcess gateway : gateways) {
                    List<Path> leaks = MixedGateway.leaks(gateway);
                    tally.require(leaks.isEmpty(), "words of mail in " + leaks);
                }
            }
        }
    }

    @Override
    public void judge(Tally tally) {
        tally.require(
                tally.get("duplicates") * 10 <= tally.get("kills"),
                "more than 0.1 duplicates for each kill: " + tally.get("duplicates"));
    }
}
