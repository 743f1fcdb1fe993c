package org.postseal.gateway.road.fleet;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.util.Map;
import java.util.Optional;
import org.postseal.certstore.database.Sql;
import org.postseal.gateway.road.fleet.Membership.Counts;
import org.postseal.gateway.road.fleet.Membership.Lease;
import org.postseal.gateway.road.fleet.Membership.Node;
import org.postseal.gateway.road.fleet.Membership.Said;
import org.postseal.gateway.road.fleet.Membership.Self;

/**
 * The statements on the row that each node has, and on what the fleet says to all nodes. Times are microseconds of the
 * database's clock: they are compared with what the table had before, never with another clock.
 */
final class NodeRows {
    private NodeRows() {}

    /**
     * What the database answers.
     *
     * @param before the time of the beat before this one, as the table had it
     * @param alive the time of this beat
     * @param held why the whole fleet takes no mail
     * @param differing the secrets of this node that are not those of the fleet
     * @param suspects changes whenever the table of suspects does
     */
    record Heard(
            long before,
            long alive,
            boolean isDrained,
            long epoch,
            Optional<String> held,
            Optional<String> differing,
            long suspects,
            Counts nodes) {}

    /** The row that a name has now. If there is none, its numbers are 0. */
    record Found(long incarnation, long started, long alive, long epoch) {
        /** The incarnation says nothing of that: a backup may have a higher one of an older process. */
        boolean isYoungerThan(Node node) {
            return started > node.started();
        }

        boolean isOf(Node node) {
            return incarnation == node.incarnation() && started == node.started();
        }
    }

    /** @param before the highest incarnation that the node knows to have been used */
    static Node join(Sql sql, Self self, long before, Lease lease) throws SQLException {
        return sql.first(
                        JOIN,
                        row -> new Node(
                                self.name(),
                                row.getLong("incarnation"),
                                row.getLong("caught_up") == 0,
                                row.getLong("started_at")),
                        self.name(),
                        before + 1,
                        self.version(),
                        lease.length().toMillis())
                .orElseThrow();
    }

    /** Says that earlier processes of this node have left nothing that the database does not know. */
    static void caughtUp(Sql sql, Node node) throws SQLException {
        int _ = sql.update(
                "UPDATE fleet_node SET caught_up = incarnation WHERE name = ? AND incarnation = ?",
                node.name(),
                node.incarnation());
    }

    /** The first node to name a secret says which one the fleet uses. */
    static void register(Sql sql, Map<String, String> secrets) throws SQLException {
        int _ = sql.update(REGISTER, names(secrets), fingerprints(secrets));
    }

    /** From now on, the fleet uses these secrets. */
    static void accept(Sql sql, Map<String, String> secrets) throws SQLException {
        int _ = sql.update(ACCEPT, names(secrets), fingerprints(secrets));
    }

    /**
     * Says that the node is alive.
     *
     * @param known the time of its last beat
     * @return empty if the table does not have this process, or has an older time of it than a lease before
     */
    static Optional<Heard> beat(Sql sql, Node node, Lease lease, long known, Said said) throws SQLException {
        long length = lease.length().toMillis();
        return sql.first(
                BEAT,
                NodeRows::heard,
                length,
                said.policy(),
                Fingerprints.text(said.secrets()),
                said.fault(),
                said.clock(),
                said.isIdle(),
                length,
                length,
                length,
                node.name(),
                node.incarnation(),
                node.started(),
                known - length * 1000,
                names(said.secrets()),
                fingerprints(said.secrets()));
    }

    private static Heard heard(ResultSet row) throws SQLException {
        return new Heard(
                row.getLong("before_at"),
                row.getLong("alive_at"),
                row.getBoolean("drained"),
                row.getLong("epoch"),
                Optional.ofNullable(row.getString("held")),
                Optional.ofNullable(row.getString("differing")),
                row.getLong("suspects"),
                new Counts(
                        row.getLong("is_ready"),
                        row.getLong("is_not_ready"),
                        row.getLong("is_drained"),
                        row.getLong("is_away")));
    }

    static Found find(Sql sql, String name) throws SQLException {
        FleetSchema.requireState(sql);
        return sql.first(
                        FIND,
                        row -> new Found(
                                row.getLong("incarnation"),
                                row.getLong("started_at"),
                                row.getLong("alive_at"),
                                row.getLong("epoch")),
                        name)
                .orElseThrow();
    }

    /** Lets all nodes hold mail, until an administrator says that the database is as it shall be. */
    static void hold(Sql sql, String why) throws SQLException {
        int _ = sql.update("UPDATE fleet_state SET held = ? WHERE held IS NULL", why);
    }

    /** Lets all nodes take mail again. The epoch is higher than any before, even one that the database has lost. */
    static boolean release(Sql sql) throws SQLException {
        return sql.update("UPDATE fleet_state SET held = NULL,"
                        + " epoch = greatest(epoch + 1, CAST(extract(epoch FROM now()) * 1000 AS BIGINT))"
                        + " WHERE held IS NOT NULL")
                > 0;
    }

    private static String[] names(Map<String, String> secrets) {
        return secrets.keySet().toArray(String[]::new);
    }

    private static String[] fingerprints(Map<String, String> secrets) {
        return secrets.values().toArray(String[]::new);
    }

    // "since" begins anew after a gap, which the database itself may have made.
    private static final String JOIN = """
            INSERT INTO fleet_node AS n (name, incarnation, caught_up, started, since, alive, version)
            VALUES (?, ?, 0, now(), now(), now(), ?)
            ON CONFLICT (name) DO UPDATE SET incarnation = greatest(n.incarnation + 1, excluded.incarnation),
                started = now(), alive = now(), idle = false,
                since = CASE WHEN n.alive < now() - ? * INTERVAL '1 millisecond' THEN now() ELSE n.since END,
                version = excluded.version
            RETURNING incarnation, caught_up, CAST(extract(epoch FROM started) * 1000000 AS BIGINT) AS started_at""";

    private static final String BEAT = """
            UPDATE fleet_node n SET alive = now(),
                since = CASE WHEN n.alive < now() - ? * INTERVAL '1 millisecond' THEN now() ELSE n.since END,
                policy = ?, secrets = ?, fault = ?, clock = ?, idle = (? = 1)
            FROM fleet_node o, fleet_state s, (
                SELECT count(*) FILTER (WHERE drained) AS is_drained,
                    count(*) FILTER (WHERE NOT drained AND alive < now() - ? * INTERVAL '1 millisecond') AS is_away,
                    count(*) FILTER (WHERE NOT drained AND alive >= now() - ? * INTERVAL '1 millisecond'
                        AND fault = '') AS is_ready,
                    count(*) FILTER (WHERE NOT drained AND alive >= now() - ? * INTERVAL '1 millisecond'
                        AND fault <> '') AS is_not_ready
                FROM fleet_node) AS c
            WHERE n.name = ? AND n.incarnation = ? AND o.name = n.name
                AND CAST(extract(epoch FROM n.started) * 1000000 AS BIGINT) = ?
                AND CAST(extract(epoch FROM n.alive) * 1000000 AS BIGINT) >= ?
            RETURNING CAST(extract(epoch FROM o.alive) * 1000000 AS BIGINT) AS before_at,
                CAST(extract(epoch FROM n.alive) * 1000000 AS BIGINT) AS alive_at, n.drained, s.*, c.*,
                (SELECT string_agg(f.name, ', ' ORDER BY f.name) FROM fleet_secret f
                    JOIN unnest(?, ?) AS w (name, fingerprint) ON w.name = f.name
                    WHERE w.fingerprint <> f.fingerprint) AS differing""";
    private static final String FIND = """
            SELECT n.incarnation, CAST(extract(epoch FROM n.started) * 1000000 AS BIGINT) AS started_at,
                CAST(extract(epoch FROM n.alive) * 1000000 AS BIGINT) AS alive_at, s.epoch
            FROM fleet_state s LEFT JOIN fleet_node n ON n.name = ?""";
    private static final String REGISTER =
            "INSERT INTO fleet_secret (name, fingerprint) SELECT * FROM unnest(?, ?) ON CONFLICT (name) DO NOTHING";
    private static final String ACCEPT = """
            INSERT INTO fleet_secret (name, fingerprint) SELECT * FROM unnest(?, ?)
            ON CONFLICT (name) DO UPDATE SET fingerprint = excluded.fingerprint""";
}
