package org.postseal.gateway.e2e.load;

import org.postseal.gateway.e2e.FleetDatabase;
import org.postseal.gateway.e2e.PatroniCluster;
import org.postseal.gateway.testkit.GatewayProcess;

/**
 * Kills the primary of a fleet's database by SIGKILL under load, again and again. Its synchronous standby takes over.
 */
final class FleetFailoverRow implements Row {
    @Override
    public String unit() {
        return "failovers";
    }

    @Override
    public int full() {
        return 50;
    }

    @Override
    public int brief() {
        return 1;
    }

    @Override
    public int batch() {
        return 5;
    }

    @Override
    public void run(Steps steps, Tally tally) throws Exception {
        try (PatroniCluster cluster = PatroniCluster.start();
                FleetRun fleet =
                        new FleetRun("fleet-failover", steps, batch(), new FleetDatabase(cluster.newDatabase()))) {
            GatewayProcess _ = fleet.start("one");
            GatewayProcess _ = fleet.start("other");
            fleet.underLoad(step -> {
                // One in each five loses its Patroni too, so that the standby waits until the primary's lease is over.
                if (step % 5 == 4) {
                    cluster.loseMachineOfPrimary();
                } else {
                    cluster.killPrimary();
                }
                fleet.awaitProgress(10);
                cluster.awaitStandby();
            });
            tally.add("failovers", steps.count());
            fleet.book(fleet.history(), tally);
        }
    }

    @Override
    public void judge(Tally tally) {
        tally.requireFewDuplicates("failovers", 10);
    }
}
