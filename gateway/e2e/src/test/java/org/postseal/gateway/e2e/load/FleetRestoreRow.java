package org.postseal.gateway.e2e.load;

import java.time.Duration;
import org.postseal.certstore.database.Postgres;
import org.postseal.certstore.database.PostgresServer;
import org.postseal.gateway.e2e.FleetDatabase;
import org.postseal.gateway.road.fleet.FleetView;
import org.postseal.gateway.road.fleet.Membership;
import org.postseal.gateway.road.journal.JournalException;
import org.postseal.gateway.testkit.Await;
import org.postseal.gateway.testkit.GatewayProcess;

/** Loses the database of a fleet under load, and restores it from a backup. What was written since then is gone. */
final class FleetRestoreRow implements Row {
    @Override
    public Extent extent() {
        return new Extent("restores", 10, 1, 2);
    }

    @Override
    public void run(Steps steps, Tally tally) throws Exception {
        try (PostgresServer server = PostgresServer.start()) {
            FleetDatabase database = new FleetDatabase(server);
            FleetView view = new FleetView(new Postgres(database.url(), Duration.ofSeconds(10)));
            try (FleetRun fleet = new FleetRun("fleet-restore", steps, extent().batch(), database)) {
                GatewayProcess _ = fleet.start("one");
                GatewayProcess _ = fleet.start("other");
                fleet.underLoad(_ -> {
                    server.backUp();
                    Await.pause(steps.isShort() ? YOUNG : AGE);
                    server.restore();
                    Await.until(() -> isHeld(view), () -> "nobody has noticed it\n" + fleet.log());
                    boolean _ = view.restored();
                });
                tally.add("restores", steps.count());
                fleet.book(fleet.history().withForgottenEntries(), tally);
            }
        }
    }

    private static boolean isHeld(FleetView view) {
        try {
            return view.held().isPresent();
        } catch (JournalException e) {
            return false;
        }
    }

    /** What is lost of a lease and less counts as a failover, and mail goes on. */
    private static final Duration YOUNG = Membership.Lease.DEFAULT.length().plusSeconds(5);

    private static final Duration AGE = Duration.ofMinutes(2);
}
