package org.postseal.gateway.e2e.load;

import java.nio.file.Path;
import java.util.List;
import java.util.concurrent.ThreadLocalRandom;
import org.postseal.certstore.database.PostgresServer;
import org.postseal.gateway.e2e.FleetDatabase;
import org.postseal.gateway.testkit.GatewayProcess;
import org.postseal.gateway.testkit.ScriptedNextHop;
import org.postseal.gateway.testkit.TestPki;

/** Kills one of two gateways of a fleet by SIGKILL under load, again and again. Each attempt reaches any of them. */
final class FleetKillRow implements Row {
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
                            GatewayProcess any =
                                    gateways.get(ThreadLocalRandom.current().nextInt(gateways.size()));
                            return isLmtp ? any.submissionLmtp() : any.submissionSmtp();
                        },
                        isLmtp,
                        true);
                KillsUnderLoad.run("fleet-kill", steps, load, gateways, tally);
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
        tally.requireFewDuplicates("kills", 10);
    }
}
