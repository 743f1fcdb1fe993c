package org.postseal.gateway.e2e.load;

import org.postseal.certstore.database.PostgresServer;
import org.postseal.gateway.e2e.FleetDatabase;
import org.postseal.gateway.testkit.GatewayProcess;

/** Kills one of two gateways of a fleet by SIGKILL under load, again and again. Each attempt reaches any of them. */
final class FleetKillRow implements Row {
    @Override
    public Extent extent() {
        return new Extent("kills", 200, 4, 4);
    }

    @Override
    public void run(Steps steps, Tally tally) throws Exception {
        try (PostgresServer server = PostgresServer.start();
                FleetRun fleet = new FleetRun("fleet-kill", steps, extent().batch(), new FleetDatabase(server))) {
            GatewayProcess _ = fleet.start("one");
            GatewayProcess _ = fleet.start("other");
            KillsUnderLoad.run("fleet-kill", steps, fleet.load(), fleet.gateways(), tally);
            fleet.book(fleet.history(), tally);
        }
    }

    @Override
    public void judge(Tally tally) {
        tally.requireFewDuplicates("kills", 10);
    }
}
