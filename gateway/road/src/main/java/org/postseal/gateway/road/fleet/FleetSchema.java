package org.postseal.gateway.road.fleet;

import java.io.IOException;
import java.sql.SQLException;
import java.util.List;
import java.util.Optional;
import org.postseal.certstore.database.Sql;

/** Makes the tables of a fleet, and refuses those that only a newer program may use. */
final class FleetSchema {
    private FleetSchema() {}

    /** Makes the tables that are not there yet. Several nodes may do so at once. */
    static void apply(Sql sql) throws SQLException, IOException {
        sql.execute("BEGIN");
        // The lock ends with the transaction, so that it may go through a pooler.
        sql.execute("SELECT pg_advisory_xact_lock(" + LOCK + ")");
        sql.execute("CREATE TABLE IF NOT EXISTS fleet_schema (step INTEGER NOT NULL, oldest INTEGER NOT NULL)");
        Optional<Version> found = sql.first(
                "SELECT step, oldest FROM fleet_schema", row -> new Version(row.getInt("step"), row.getInt("oldest")));
        int step = found.map(Version::step).orElse(0);
        if (found.isPresent() && found.get().oldest() > STEPS.size()) {
            throw new IOException("the tables of the fleet are of a newer program, and this one has step "
                    + STEPS.size() + " where they need " + found.get().oldest());
        }
        for (String next : STEPS.subList(Math.min(step, STEPS.size()), STEPS.size())) {
            sql.execute(next);
        }
        if (step < STEPS.size()) {
            sql.execute("DELETE FROM fleet_schema");
            int _ = sql.update("INSERT INTO fleet_schema VALUES (?, ?)", STEPS.size(), OLDEST);
        }
        sql.execute("COMMIT");
    }

    /** Makes the row of the fleet's state again if somebody has emptied the tables. */
    static void requireState(Sql sql) throws SQLException {
        if (sql.exists("SELECT 1 FROM fleet_state")) {
            return;
        }
        sql.execute("BEGIN; SELECT pg_advisory_xact_lock(" + LOCK + ")");
        sql.execute(STATE + " WHERE NOT EXISTS (SELECT 1 FROM fleet_state); COMMIT");
    }

    /** Returns true if steps of this program are still to be done, as its next start of a gateway does them. */
    static boolean isOlder(Sql sql) throws SQLException {
        return !sql.exists("SELECT 1 FROM fleet_schema WHERE step >= ?", STEPS.size());
    }

    /**
     * What the tables say of themselves.
     *
     * @param step how many steps have made them
     * @param oldest how many steps a program must know to use them
     */
    private record Version(int step, int oldest) {}

    private static final String STATE = "INSERT INTO fleet_state (epoch, suspects) SELECT 1, 0";
    private static final long LOCK = 7_095_216_631_894_531L;
    /** The program that knows so many steps may use the tables that this one makes. */
    private static final int OLDEST = 1;

    // A row is written up to three times and then removed. In a page that is not full, its new version stands beside
    // the old one and needs no entry in an index, since none of them is on a column that these writes change.
    private static final List<String> STEPS = List.of("""
            CREATE TABLE fleet_node (
                name TEXT PRIMARY KEY,
                incarnation BIGINT NOT NULL,
                caught_up BIGINT NOT NULL,
                started TIMESTAMPTZ NOT NULL,
                since TIMESTAMPTZ NOT NULL,
                alive TIMESTAMPTZ NOT NULL,
                version TEXT NOT NULL);
            CREATE TABLE fleet_delivery (
                key BYTEA PRIMARY KEY,
                taken TIMESTAMPTZ NOT NULL,
                at BIGINT NOT NULL,
                incarnation BIGINT,
                told TIMESTAMPTZ,
                unit INTEGER NOT NULL,
                doubts INTEGER NOT NULL,
                node TEXT,
                state TEXT NOT NULL,
                queue_id TEXT NOT NULL,
                upstream_id TEXT,
                recipient TEXT NOT NULL,
                reply TEXT NOT NULL) WITH (fillfactor = 50);
            CREATE INDEX fleet_delivery_taken ON fleet_delivery (taken)""", """
            ALTER TABLE fleet_node
                ADD COLUMN policy TEXT NOT NULL DEFAULT '',
                ADD COLUMN secrets TEXT NOT NULL DEFAULT '',
                ADD COLUMN fault TEXT NOT NULL DEFAULT '',
                ADD COLUMN clock BIGINT NOT NULL DEFAULT 0,
                ADD COLUMN drained BOOLEAN NOT NULL DEFAULT false,
                ADD COLUMN idle BOOLEAN NOT NULL DEFAULT false;
            CREATE TABLE fleet_state (epoch BIGINT NOT NULL, held TEXT, suspects BIGINT NOT NULL);
            INSERT INTO fleet_state (epoch, suspects) VALUES (1, 0);
            CREATE TABLE fleet_secret (name TEXT PRIMARY KEY, fingerprint TEXT NOT NULL);
            CREATE TABLE fleet_suspect (
                key TEXT NOT NULL,
                node TEXT NOT NULL,
                deaths INTEGER NOT NULL,
                hangs INTEGER NOT NULL,
                last BIGINT NOT NULL,
                PRIMARY KEY (key, node))""", """
            CREATE TABLE fleet_checkpoint (
                node TEXT NOT NULL,
                log TEXT NOT NULL,
                chain TEXT NOT NULL,
                number BIGINT NOT NULL,
                line TEXT NOT NULL,
                written TIMESTAMPTZ NOT NULL,
                PRIMARY KEY (node, chain))""", """
            CREATE TABLE fleet_notice (
                sender TEXT PRIMARY KEY,
                newest TIMESTAMPTZ NOT NULL,
                times TIMESTAMPTZ[] NOT NULL)""");
}
