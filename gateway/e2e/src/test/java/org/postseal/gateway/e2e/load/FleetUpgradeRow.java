package org.postseal.gateway.e2e.load;

import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.SQLException;
import java.sql.Statement;
import java.util.List;
import org.postseal.certstore.database.PostgresServer;
import org.postseal.gateway.e2e.FleetDatabase;
import org.postseal.gateway.testkit.GatewayProcess;

/**
 * Upgrades a fleet under load: a newer program has widened the tables, and the gateways are stopped and started in
 * turn beside them.
 */
final class FleetUpgradeRow implements Row {
    @Override
    public String unit() {
        return "restarts";
    }

    @Override
    public int full() {
        return 40;
    }

    @Override
    public int brief() {
        return 2;
    }

    @Override
    public int batch() {
        return 4;
    }

    @Override
    public void run(Steps steps, Tally tally) throws Exception {
        try (PostgresServer server = PostgresServer.start()) {
            FleetDatabase database = new FleetDatabase(server);
            try (FleetRun fleet = new FleetRun("fleet-upgrade", steps, batch(), database)) {
                List<GatewayProcess> gateways = List.of(fleet.start("one"), fleet.start("other"));
                fleet.underLoad(step -> {
                    if (step == steps.from()) {
                        widen(database);
                        fleet.awaitProgress(10);
                    }
                    FleetRun.restart(gateways.get(step % 2));
                });
                tally.add("restarts", steps.count());
                History history = fleet.history();
                // An orderly stop leaves no recipient in doubt.
                tally.require(history.account().duplicates() == 0, "duplicates after orderly stops");
                fleet.book(history, tally);
            }
        }
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
