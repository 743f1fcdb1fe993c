package org.postseal.gateway.e2e.load;

import static java.nio.charset.StandardCharsets.US_ASCII;

import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import java.util.Optional;
import org.postseal.certstore.database.PostgresServer;
import org.postseal.gateway.e2e.FleetDatabase;
import org.postseal.gateway.testkit.Command;
import org.postseal.gateway.testkit.GatewayProcess;

/**
 * Upgrades a fleet under load. The gateways are stopped and started in turn: with tables that a newer program has
 * widened, or, if a checkout of another commit is packed, from that program to this one and back.
 */
final class FleetUpgradeRow implements Row {
    @Override
    public Extent extent() {
        return new Extent("restarts", 40, 2, 4);
    }

    @Override
    public void run(Steps steps, Tally tally) throws Exception {
        try (PostgresServer server = PostgresServer.start()) {
            FleetDatabase database = new FleetDatabase(server);
            try (FleetRun fleet = new FleetRun("fleet-upgrade", steps, extent().batch(), database)) {
                Optional<Path> older = Optional.ofNullable(System.getProperty("postseal.against"))
                        .map(Path::of);
                List<GatewayProcess> gateways = List.of(fleet.prepare("one"), fleet.prepare("other"));
                for (GatewayProcess gateway : gateways) {
                    older.ifPresent(gateway::packedIn);
                    fleet.start(gateway);
                }
                fleet.underLoad(step -> {
                    GatewayProcess gateway = gateways.get(step % 2);
                    if (older.isPresent()) {
                        // Both go on to this program, and then both go back.
                        GatewayProcess _ = step % 4 < 2 ? gateway.packedHere() : gateway.packedIn(older.get());
                    } else if (step == steps.from()) {
                        widen(database);
                        fleet.awaitProgress(10);
                    }
                    FleetRun.restart(gateway);
                });
                tally.add("restarts", steps.count());
                older.ifPresent(checkout -> tally.add("restarts from or to " + commit(checkout), steps.count()));
                History history = fleet.history();
                // An orderly stop leaves no recipient in doubt.
                tally.require(history.account().duplicates() == 0, "duplicates after orderly stops");
                fleet.book(history, tally);
            }
        }
    }

    private static String commit(Path checkout) {
        return new String(
                        Command.of("git", "-C", checkout.toString(), "rev-parse", "--short=8", "HEAD")
                                .output(),
                        US_ASCII)
                .strip();
    }

    /** Makes the tables those of a program that is one step newer, and that this one may use. */
    private static void widen(FleetDatabase database) throws SQLException {
        try (Connection connection = DriverManager.getConnection(database.url());
                Statement statement = connection.createStatement()) {
            statement.execute("ALTER TABLE fleet_node ADD COLUMN later TEXT NOT NULL DEFAULT ''");
            statement.execute("ALTER TABLE fleet_delivery ADD COLUMN later TEXT");
            statement.execute("UPDATE fleet_schema SET step = step + 1");
        }
    }
}
