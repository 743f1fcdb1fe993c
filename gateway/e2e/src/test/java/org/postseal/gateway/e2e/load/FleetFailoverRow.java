package org.postseal.gateway.e2e.load;

import java.time.Duration;
import org.postseal.gateway.e2e.FleetDatabase;
import org.postseal.gateway.e2e.PatroniCluster;
import org.postseal.gateway.testkit.GatewayProcess;

/**
 * Kills the primary of a fleet's database by SIGKILL under load, or lets it go on beside its successor. Its synchronous
 * standby takes over.
 */
final class FleetFailoverRow implements Row {
    @Override
    public Extent extent() {
        return new Extent("failovers", 50, 1, 5);
    }

    @Override
    public void run(Steps steps, Tally tally) throws Exception {
        try (PatroniCluster cluster = PatroniCluster.start(steps.isShort() ? 1 : 3);
                FleetRun fleet = new FleetRun(
                        "fleet-failover", steps, extent().batch(), new FleetDatabase(cluster.newDatabase()))) {
            GatewayProcess _ = fleet.start("one");
            GatewayProcess _ = fleet.start("other");
            fleet.underLoad(step -> {
                switch (step % 5) {
                    // In both cases, the standby waits until the primary's lease is over.
                    case 3 -> {
                        // Mail must flow again long before the older one ends.
                        tally.require(
                                cluster.splitBrain(Duration.ofSeconds(40)) == 0, "the older primary has confirmed");
                        tally.add("times with two primaries", 1);
                    }
                    case 4 -> cluster.loseMachineOfPrimary();
                    default -> cluster.killPrimary();
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
