package org.postseal.gateway.e2e.load;

import java.time.Duration;
import org.postseal.certstore.database.PostgresServer;
import org.postseal.gateway.e2e.FleetDatabase;
import org.postseal.gateway.testkit.Await;
import org.postseal.gateway.testkit.GatewayProcess;

/** Loses the database of a fleet under load, and restores it from a backup. What was written since then is gone. */
final class FleetRestoreRow implements Row {
    @Override
    public String unit() {
        return "restores";
    }

    @Override
    public int full() {
        return 10;
    }

    @Override
    public int brief() {
        return 1;
    }

    @Override
    public int batch() {
        return 2;
    }

    @Override
    public void run(Steps steps, Tally tally) throws Exception {
        try (PostgresServer server = PostgresServer.start();
                FleetRun fleet = new FleetRun("fleet-restore", steps, batch(), new FleetDatabase(server))) {
            GatewayProcess _ = fleet.start("one");
            GatewayProcess _ = fleet.start("other");
            fleet.underLoad(_ -> {
                server.backUp();
                if (!steps.isShort()) {
                    Await.pause(AGE);
                }
                fleet.awaitProgress(20);
                server.restore();
                // A gateway that was started before the backup goes on by itself; one that was started since then does
                // not.
                fleet.gateways().forEach(FleetRun::restart);
            });
            tally.add("restores", steps.count());
            fleet.book(fleet.history().withForgottenEntries(), tally);
        }
    }

    private static final Duration AGE = Duration.ofMinutes(2);
}
