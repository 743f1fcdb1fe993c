package org.postseal.gateway.road.fleet;

import java.sql.ResultSet;
import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Queue;
import java.util.concurrent.ConcurrentLinkedQueue;
import org.postseal.certstore.database.Sql;
import org.postseal.gateway.road.journal.JournalException;
import org.postseal.gateway.road.journal.Suspect;
import org.postseal.gateway.road.journal.SuspectKey;
import org.postseal.gateway.road.journal.Suspects;

/**
 * Sums over the fleet how often a message has ended a gateway, or hung. Each node counts its own suspects in its ledger
 * and copies them into rows of its own; what the other rows say is in memory, so that ordinary mail asks no database.
 * Thread-safe.
 *
 * <p>A suspect that is forgotten keeps its rows without a death, until no ledger can have it any more: a node that is
 * away meanwhile forgets it when it comes back.
 */
final class FleetSuspects implements Suspects.Elsewhere {
    private final Membership membership;
    private final Suspects own;
    private final Duration retention;
    private final InstantSource clock;
    private final Queue<SuspectKey> forgotten = new ConcurrentLinkedQueue<>();
    private volatile Map<SuspectKey, Suspect> others = Map.of();
    private List<Suspect> copied = List.of();
    private long seen = -1;

    private FleetSuspects(Membership membership, Suspects own, Duration retention, InstantSource clock) {
        this.membership = membership;
        this.own = own;
        this.retention = retention;
        this.clock = clock;
    }

    /**
     * Brings the suspects of the ledger into the table, and asks the table from then on, too.
     *
     * @param retention the time after which a suspect is no suspect any more
     */
    static void share(Membership membership, Suspects own, Duration retention, InstantSource clock)
            throws JournalException {
        FleetSuspects shared = new FleetSuspects(membership, own, retention, clock);
        try (Sql sql = membership.database().connect()) {
            shared.copy(sql, 0);
        } catch (SQLException e) {
            throw Membership.failed(membership.database(), e);
        }
        own.share(shared);
        membership.onBeat(shared::copy);
    }

    @Override
    public Optional<Suspect> suspect(SuspectKey key) {
        return Optional.ofNullable(others.get(key));
    }

    @Override
    public void forget(SuspectKey key) {
        forgotten.add(key);
    }

    /** Returns the suspects of the whole fleet, those with the most deaths first. */
    static List<Suspect> list(Sql sql) throws SQLException {
        return sql.list(
                "SELECT key, sum(deaths) AS deaths, sum(hangs) AS hangs, max(last) AS last FROM fleet_suspect"
                        + " WHERE deaths > 0 GROUP BY key ORDER BY 2 DESC, 4 DESC",
                FleetSuspects::suspect);
    }

    /** Takes a message off the suspects of all nodes. Returns false if it is none. */
    static boolean forget(Sql sql, SuspectKey key, Instant now) throws SQLException {
        return sql.update(FORGET, now, key.hex()) > 0;
    }

    /**
     * Makes the rows of this node what its ledger says, if either has changed.
     *
     * @param version changes whenever the table does
     */
    private synchronized void copy(Sql sql, long version) throws SQLException {
        Instant now = clock.instant();
        for (SuspectKey key = forgotten.peek(); key != null; key = forgotten.peek()) {
            boolean _ = forget(sql, key, now);
            forgotten.remove();
        }
        List<Suspect> mine = own.own();
        if (version == seen && mine.equals(copied)) {
            return;
        }
        Map<SuspectKey, Suspect> rows = new HashMap<>();
        Map<SuspectKey, Suspect> elsewhere = new HashMap<>();
        sql.list(ALL, row -> new Row(row.getString("node"), suspect(row))).forEach(row -> {
            Suspect suspect = row.suspect();
            if (row.node().equals(membership.node().name())) {
                rows.put(suspect.key(), suspect);
            } else if (suspect.deaths() > 0 && suspect.last().isAfter(now.minus(retention))) {
                elsewhere.merge(suspect.key(), suspect, Suspect::plus);
            }
        });
        others = Map.copyOf(elsewhere);
        for (Suspect suspect : mine) {
            Suspect row = rows.remove(suspect.key());
            if (row != null && row.deaths() == 0 && !suspect.last().isAfter(row.last())) {
                own.forgetOwn(suspect.key());
            } else if (!suspect.equals(row)) {
                write(sql, suspect);
            }
        }
        for (Suspect gone : rows.values()) {
            if (gone.deaths() > 0) {
                write(sql, new Suspect(gone.key(), 0, 0, gone.last()));
            }
        }
        int _ = sql.update("DELETE FROM fleet_suspect WHERE deaths = 0 AND last < ?", now.minus(retention));
        // What has changed since is copied with the next beat.
        copied = mine;
        seen = version;
    }

    private void write(Sql sql, Suspect suspect) throws SQLException {
        int _ = sql.update(
                WRITE,
                suspect.key().hex(),
                membership.node().name(),
                suspect.deaths(),
                suspect.hangs(),
                suspect.last());
    }

    private static Suspect suspect(ResultSet row) throws SQLException {
        return new Suspect(
                new SuspectKey(row.getString("key")),
                row.getInt("deaths"),
                row.getInt("hangs"),
                Sql.instant(row, "last"));
    }

    private record Row(String node, Suspect suspect) {}

    private static final String ALL = "SELECT key, node, deaths, hangs, last FROM fleet_suspect";
    // The number changes with the rows, so that no node misses what was written before a fault.
    private static final String FORGET = """
            WITH f AS (UPDATE fleet_suspect SET deaths = 0, hangs = 0, last = greatest(last, ?)
                WHERE key = ? AND deaths > 0 RETURNING 1)
            UPDATE fleet_state SET suspects = suspects + 1 WHERE EXISTS (SELECT 1 FROM f)""";
    private static final String WRITE = """
            WITH w AS (INSERT INTO fleet_suspect (key, node, deaths, hangs, last) VALUES (?, ?, ?, ?, ?)
                ON CONFLICT (key, node) DO UPDATE SET deaths = excluded.deaths, hangs = excluded.hangs,
                    last = excluded.last)
            UPDATE fleet_state SET suspects = suspects + 1""";
}
