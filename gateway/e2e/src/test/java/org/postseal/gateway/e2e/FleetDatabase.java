package org.postseal.gateway.e2e;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.ResultSet;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Instant;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import org.postseal.certstore.database.PostgresServer;
import org.postseal.gateway.road.journal.JournalEntry;
import org.postseal.gateway.road.journal.JournalKey;
import org.postseal.gateway.road.journal.JournalState;
import org.postseal.gateway.testkit.GatewayProcess;

/** What the gateways of a fleet share: one database of a real PostgreSQL. */
public final class FleetDatabase {
    private final String url;

    /** Makes a new database on this server. */
    public FleetDatabase(PostgresServer server) {
        this(server.newDatabase());
    }

    /** @param url the JDBC address of a database, perhaps with several hosts */
    public FleetDatabase(String url) {
        this.url = url;
    }

    /** Returns the same database, as it is reached through this proxy. */
    public FleetDatabase through(InetSocketAddress proxy) {
        return new FleetDatabase(url.replaceFirst("//[^/]*", "//" + proxy.getHostString() + ":" + proxy.getPort()));
    }

    /** Makes the gateway one of the fleet, to which any peer on this machine is the upstream {@code mx}. */
    public GatewayProcess join(GatewayProcess gateway, String node) {
        return gateway.configuration(configuration(node));
    }

    /** Makes the gateway one of the fleet. */
    public GatewayProcess join(GatewayProcess gateway, String node, String upstreams) {
        return gateway.configuration(configuration(node, upstreams));
    }

    /** Returns the lines that make a gateway one of the fleet, to which any peer on this machine is {@code mx}. */
    public String configuration(String node) {
        return configuration(node, "mx: { networks: [127.0.0.0/8, %s] }".formatted(NetworkNamespace.NETWORKS));
    }

    /** Returns the lines that make a gateway one of the fleet. */
    public String configuration(String node, String upstreams) {
        return """
            upstreams: { %s }
            fleet:
              node: %s
              database: { url: "%s", tls: off }
            """.formatted(upstreams, node, address());
    }

    /** Returns the address in JDBC's form. */
    public String url() {
        return url;
    }

    /** Returns the address as the configuration and PostgreSQL's own programs have it. */
    public String address() {
        return url.replace("jdbc:postgresql://", "postgresql://postseal@").replaceFirst("\\?.*", "");
    }

    /**
     * Makes the gateway one of the fleet, with a role that may read policies and not write them.
     *
     * @param signer the public key of the admin
     */
    public GatewayProcess join(GatewayProcess gateway, String node, String role, Path signer) {
        return gateway.configuration("""
            upstreams: { mx: { networks: 127.0.0.0/8 } }
            fleet:
              node: %s
              database: { url: "%s", tls: off }
              policy: { signers: %s, copy: fleet-policy.yaml }
            """.formatted(
                node,
                url.replace("jdbc:postgresql://", "postgresql://" + role + "@").replaceFirst("\\?.*", ""),
                signer));
    }

    /** Makes roles for gateways and for an admin. */
    public void roles(String gateways, String admin) throws SQLException {
        String name = url.replaceFirst(".*/", "").replaceFirst("\\?.*", "");
        try (Connection connection = DriverManager.getConnection(url);
                Statement statement = connection.createStatement()) {
            statement.execute("CREATE ROLE " + gateways + " LOGIN; CREATE ROLE " + admin + " LOGIN; GRANT CREATE ON"
                    + " DATABASE " + name + " TO " + admin + "; GRANT CREATE ON SCHEMA public TO " + gateways);
        }
    }

    /** Returns how far the clock of a gateway was from that of the database when it claimed, at most. */
    public long secondsOff() throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                ResultSet row = connection
                        .createStatement()
                        .executeQuery("SELECT max(abs(at / 1000.0 - extract(epoch FROM taken))) FROM fleet_delivery")) {
            row.next();
            return row.getLong(1);
        }
    }

    public List<JournalEntry> rows() throws SQLException {
        try (Connection connection = DriverManager.getConnection(url);
                ResultSet row = connection.createStatement().executeQuery("SELECT * FROM fleet_delivery")) {
            List<JournalEntry> rows = new ArrayList<>();
            while (row.next()) {
                rows.add(new JournalEntry(
                        JournalKey.ofHex(HexFormat.of().formatHex(row.getBytes("key"))),
                        JournalState.valueOf(row.getString("state").toUpperCase(Locale.ROOT)),
                        row.getString("queue_id"),
                        Optional.ofNullable(row.getString("upstream_id")),
                        row.getString("recipient"),
                        row.getInt("unit"),
                        row.getString("reply"),
                        Optional.empty(),
                        row.getInt("doubts"),
                        Instant.EPOCH));
            }
            return rows;
        }
    }
}
