package org.postseal.gateway.e2e.load;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.time.Duration;
import java.util.List;
import java.util.Random;
import org.postseal.certstore.database.PostgresServer;
import org.postseal.gateway.e2e.FleetDatabase;
import org.postseal.gateway.e2e.NetworkNamespace;
import org.postseal.gateway.testkit.Await;
import org.postseal.gateway.testkit.CuttingProxy;
import org.postseal.gateway.testkit.CuttingProxy.Link;
import org.postseal.gateway.testkit.GatewayProcess;

/**
 * One of two gateways of a fleet is alone in a network namespace. Under load, it is cut off from the database, from the
 * MTA or from the next hop, or the database answers it late.
 */
final class FleetPartitionRow implements Row {
    private enum Cut {
        DATABASE,
        MTA,
        NEXT_HOP,
        LATE_DATABASE
    }

    @Override
    public Extent extent() {
        return new Extent("cuts", 80, Cut.values().length, Cut.values().length);
    }

    @Override
    public void run(Steps steps, Tally tally) throws Exception {
        Random random = new Random(steps.from());
        try (NetworkNamespace away = new NetworkNamespace();
                PostgresServer server = PostgresServer.start()) {
            FleetDatabase database = new FleetDatabase(server);
            try (FleetRun fleet = new FleetRun("fleet-partition", steps, extent().batch(), database);
                    CuttingProxy toDatabase =
                            CuttingProxy.between(away.outside(0), CuttingProxy.loopback(server.port()));
                    CuttingProxy toHop = CuttingProxy.between(away.outside(0), CuttingProxy.loopback(fleet.hop()))) {
                GatewayProcess _ = fleet.start("other");
                GatewayProcess one = fleet.prepare("one").launcher(away.launcher());
                int door = fleet.door(one);
                try (CuttingProxy fromMta = CuttingProxy.between(CuttingProxy.loopback(0), away.inside(door))) {
                    start(fleet, one, database.through(away.outside(toDatabase.port())), away, toHop.port());
                    Await.until(() -> listens(away.inside(door)), one::log);
                    fleet.open(fromMta.port());
                    fleet.underLoad(step -> {
                        Cut cut = Cut.values()[step % extent().batch()];
                        // Half a lease passes before a gateway without its database takes no more mail.
                        int most = steps.isShort() ? 1 : 15_000;
                        int millis = (cut == Cut.DATABASE ? 6_000 : 1_000) + random.nextInt(most);
                        switch (cut) {
                            case DATABASE -> drop(away, toDatabase.port(), millis);
                            case MTA -> drop(away, door, millis);
                            case NEXT_HOP -> drop(away, toHop.port(), millis);
                            case LATE_DATABASE -> {
                                toDatabase.set(Link.SLOW);
                                Await.pause(Duration.ofMillis(millis));
                                toDatabase.set(Link.PASS);
                            }
                        }
                    });
                    History history = fleet.history();
                    tally.add("cuts", steps.count());
                    fleet.book(history, tally);
                }
            }
        }
    }

    private static void start(
            FleetRun fleet, GatewayProcess gateway, FleetDatabase database, NetworkNamespace away, int hop) {
        InetSocketAddress address = away.inside(fleet.door(gateway));
        database.join(gateway, "one")
                .start(
                        MixedGateway.POLICY,
                        """
                        listeners: [ { protocol: %s, address: "%s:%d", role: submission } ]
                        trustedPeers: ["%s"]
                        nextHop: "%s:%d"
                        """.formatted(
                                        fleet.isLmtp() ? "lmtp" : "smtp",
                                        address.getHostString(),
                                        address.getPort(),
                                        NetworkNamespace.NETWORKS,
                                        away.outside(hop).getHostString(),
                                        hop),
                        List.of());
    }

    private static void drop(NetworkNamespace away, int port, int millis) {
        away.cut(port);
        Await.pause(Duration.ofMillis(millis));
        if (away.heal() == 0) {
            throw new AssertionError("nothing was cut");
        }
    }

    private static boolean listens(InetSocketAddress address) {
        try (Socket _ = new Socket(address.getAddress(), address.getPort())) {
            return true;
        } catch (IOException notYet) {
            return false;
        }
    }

    @Override
    public void judge(Tally tally) {
        tally.requireFewDuplicates("cuts", 10);
    }
}
