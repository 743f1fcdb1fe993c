package org.postseal.gateway.e2e.load;

import org.postseal.certstore.database.PostgresServer;
import org.postseal.gateway.e2e.FleetDatabase;
import org.postseal.gateway.testkit.Await;
import org.postseal.gateway.testkit.GatewayProcess;

/** Starts a second gateway with the name of one that runs, again and again. The younger one takes its place. */
final class FleetTwinRow implements Row {
    @Override
    public Extent extent() {
        return new Extent("twins", 50, 1, 5);
    }

    @Override
    public void run(Steps steps, Tally tally) throws Exception {
        try (PostgresServer server = PostgresServer.start();
                FleetRun fleet = new FleetRun("fleet-twin", steps, extent().batch(), new FleetDatabase(server))) {
            GatewayProcess _ = fleet.start("other");
            GatewayProcess[] older = {fleet.start("one")};
            fleet.underLoad(_ -> {
                GatewayProcess younger = fleet.start("one");
                Await.until(() -> older[0].log().contains("a younger process"), older[0]::log);
                // The fenced gateway still gets mail, and may accept none.
                fleet.awaitProgress(10);
                fleet.shut(fleet.door(older[0]));
                fleet.stop(older[0]);
                older[0] = younger;
            });
            tally.add("twins", steps.count());
            fleet.book(fleet.history(), tally);
        }
    }

    @Override
    public void judge(Tally tally) {
        tally.requireFewDuplicates("twins", 10);
    }
}
