package org.postseal.gateway.road.fleet;

import java.sql.SQLException;
import java.time.Duration;
import java.time.Instant;
import java.time.OffsetDateTime;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.postseal.certstore.database.Postgres;
import org.postseal.certstore.database.Sql;
import org.postseal.gateway.road.fleet.Membership.Lease;
import org.postseal.gateway.road.fleet.Membership.Said;
import org.postseal.gateway.road.journal.JournalEntry;
import org.postseal.gateway.road.journal.JournalException;
import org.postseal.gateway.road.journal.JournalFile;
import org.postseal.gateway.road.journal.Suspect;
import org.postseal.gateway.road.journal.SuspectKey;

/**
 * Shows people the nodes of a fleet and what they share, and tells the nodes what people want. It is no node itself.
 */
public final class FleetView {
    private final Postgres database;

    public FleetView(Postgres database) {
        this.database = database;
    }

    /**
     * One node, as the table has it.
     *
     * @param incarnation how many processes of this name there have been
     * @param heard when it last said that it is alive, by the database's clock
     * @param silent how long ago that was
     * @param rows how many rows of the journal it holds
     * @param isDrained true if an administrator has taken it out
     * @param said what it said last
     */
    public record NodeState(
            String name,
            long incarnation,
            Instant started,
            Instant heard,
            Duration silent,
            String version,
            long rows,
            boolean isDrained,
            Said said) {
        /** Returns false if other nodes count it as away. */
        public boolean isAlive() {
            return silent.compareTo(Lease.DEFAULT.length()) < 0;
        }

        /** Returns true if a message may be on its way at this node although it was told to take no more. */
        public boolean isBusy() {
            return isAlive() && !said.isIdle();
        }
    }

    /** Returns false if no gateway has joined yet, so that there is nothing to show. */
    public boolean isThere() throws JournalException {
        try (Sql sql = database.connect()) {
            return !hasNoTables(sql);
        } catch (SQLException e) {
            throw Membership.failed(database, e);
        }
    }

    /** Returns all nodes that have ever joined, by their names. */
    public List<NodeState> nodes() throws JournalException {
        return on(sql -> sql.list(
                NODES,
                row -> new NodeState(
                        row.getString("name"),
                        row.getLong("incarnation"),
                        row.getObject("started", OffsetDateTime.class).toInstant(),
                        row.getObject("alive", OffsetDateTime.class).toInstant(),
                        Duration.ofMillis(row.getLong("silent")),
                        row.getString("version"),
                        row.getLong("held"),
                        row.getBoolean("drained"),
                        new Said(
                                row.getString("policy"),
                                Fingerprints.read(row.getString("secrets")),
                                row.getString("fault"),
                                row.getLong("clock"),
                                row.getBoolean("idle")))));
    }

    /** Lets a node take no new mail, or take mail again. Returns false if there is no such node. */
    public boolean drain(String node, boolean isDrained) throws JournalException {
        return on(sql ->
                sql.update("UPDATE fleet_node SET drained = (? = 1), idle = false WHERE name = ?", isDrained, node)
                        > 0);
    }

    /** Says why all nodes hold mail; the result is empty if they do not. */
    public Optional<String> held() throws JournalException {
        return on(sql -> sql.list("SELECT held FROM fleet_state WHERE held IS NOT NULL", row -> row.getString(1)))
                .stream()
                .findFirst();
    }

    /** Lets all nodes go on after the database was restored. Returns false if they did not hold mail. */
    public boolean restored() throws JournalException {
        return on(NodeRows::release);
    }

    /** Returns the fingerprints of the secrets that the fleet uses, by the names of the settings. */
    public Map<String, String> secrets() throws JournalException {
        return on(sql -> sql.list(
                        "SELECT name, fingerprint FROM fleet_secret",
                        row -> Map.entry(row.getString("name"), row.getString("fingerprint"))))
                .stream()
                .collect(Collectors.toMap(Map.Entry::getKey, Map.Entry::getValue));
    }

    /** Returns the names of those secrets of a node that the fleet has otherwise, or {@code same}. */
    public static String differing(Map<String, String> ofNode, Map<String, String> ofFleet) {
        String names = ofNode.keySet().stream()
                .filter(name -> ofFleet.containsKey(name) && !ofFleet.get(name).equals(ofNode.get(name)))
                .sorted()
                .collect(Collectors.joining(", "));
        return names.isEmpty() ? "same" : names;
    }

    /** From now on, the fleet uses the secrets with these fingerprints. */
    public void accept(Map<String, String> secrets) throws JournalException {
        boolean _ = on(sql -> {
            NodeRows.accept(sql, secrets);
            return true;
        });
    }

    /** Returns the suspects of the whole fleet, those with the most deaths first. */
    public List<Suspect> suspects() throws JournalException {
        return on(FleetSuspects::list);
    }

    /** Takes a message off the suspects of all nodes, also of those that are away. Returns false if it is none. */
    public boolean forget(SuspectKey key) throws JournalException {
        return on(sql -> FleetSuspects.forget(sql, key, Instant.now()));
    }

    /** Returns the selected rows as {@link JournalFile#list} does. */
    public List<JournalEntry> list(JournalFile.Filter filter) throws JournalException {
        return on(sql -> sql.list(
                LIST,
                DeliveryRows::entry,
                filter.recipient(),
                filter.recipient(),
                filter.state().map(state -> state.name().toLowerCase(Locale.ROOT)),
                filter.state().map(state -> state.name().toLowerCase(Locale.ROOT)),
                filter.since().map(Instant::toEpochMilli).orElse(Long.MIN_VALUE),
                filter.onlyInDoubt(),
                Lease.DEFAULT.length().toMillis(),
                filter.limit()));
    }

    /** Returns the rows that have this name, as {@link JournalFile#show} does. */
    public List<JournalEntry> show(String name) throws JournalException {
        String digits = name.matches("[0-9a-fA-F]{8,64}") ? name.toLowerCase(Locale.ROOT) : "none";
        return on(sql -> sql.list(SHOW, DeliveryRows::entry, name, name, digits + "%"));
    }

    private interface Work<T> {
        T on(Sql sql) throws SQLException;
    }

    private <T> T on(Work<T> work) throws JournalException {
        try (Sql sql = database.connect()) {
            if (hasNoTables(sql)) {
                throw new JournalException(
                        database.name() + " has no tables of a fleet: no gateway has joined there yet");
            }
            if (FleetSchema.isOlder(sql)) {
                throw new JournalException(
                        "the tables of the fleet are of an older program: start a gateway of this one");
            }
            return work.on(sql);
        } catch (SQLException e) {
            throw Membership.failed(database, e);
        }
    }

    private static boolean hasNoTables(Sql sql) throws SQLException {
        return sql.exists("SELECT 1 WHERE to_regclass('fleet_schema') IS NULL");
    }

    private static final String NODES = """
            SELECT n.*, CAST(extract(epoch FROM now() - n.alive) * 1000 AS BIGINT) AS silent,
                (SELECT count(*) FROM fleet_delivery d WHERE d.node = n.name) AS held
            FROM fleet_node n ORDER BY n.name""";

    // A PREPARED row that a living process holds is on its way.
    private static final String LIST = """
            SELECT d.* FROM fleet_delivery d LEFT JOIN fleet_node n ON n.name = d.node
            WHERE (CAST(? AS TEXT) IS NULL OR lower(d.recipient) = lower(CAST(? AS TEXT)))
                AND (CAST(? AS TEXT) IS NULL OR d.state = CAST(? AS TEXT))
                AND d.at >= ?
                AND (? = 0 OR d.doubts > 0 OR (d.state = 'prepared' AND (d.reply <> '' OR n.name IS NULL
                    OR d.incarnation < n.incarnation OR n.alive < now() - ? * INTERVAL '1 millisecond')))
            ORDER BY d.at DESC, d.key LIMIT ?""";
    private static final String SHOW = """
            SELECT * FROM fleet_delivery WHERE queue_id = ? OR upstream_id = ? OR encode(key, 'hex') LIKE ?
            ORDER BY at, key""";
}
