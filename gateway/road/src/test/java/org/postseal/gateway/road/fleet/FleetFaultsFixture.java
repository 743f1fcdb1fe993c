package org.postseal.gateway.road.fleet;

import static org.postseal.gateway.road.fleet.TestFleet.key;
import static org.postseal.gateway.road.journal.JournalContract.IDENT;

import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.Callable;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.certstore.database.PostgresServer;
import org.postseal.gateway.mail.QueueId;
import org.postseal.gateway.road.fleet.Membership.Lease;
import org.postseal.gateway.road.fleet.TestFleet.End;
import org.postseal.gateway.road.journal.Journal;
import org.postseal.gateway.road.journal.JournalEntry;
import org.postseal.gateway.road.journal.JournalException;
import org.postseal.gateway.road.journal.JournalState;

/** A fleet of which nodes, connections or the database fail. */
abstract class FleetFaultsFixture {
    /** Nobody takes the rows of a dead node in the time that a test takes. */
    static final Lease LONG = new Lease(Duration.ofSeconds(10), Duration.ofMinutes(10));

    static final String HERE = " AND datname = current_database()";

    @TempDir
    Path folder;

    final String url = PostgresServer.shared().newDatabase();

    @AutoClose
    TestFleet fleet = new TestFleet(url, Path.of("unused"), LONG);

    @BeforeEach
    void start() {
        fleet = new TestFleet(url, folder, LONG);
    }

    /** Claims and prepares one recipient; the process does not live to settle it. */
    static Journal.Claim prepare(TestNode node, int number) throws JournalException {
        Journal.Claim claim = node.claim(List.of(row(number, JournalState.PREPARED, "Q" + number, IDENT)));
        claim.prepared(List.of(row(number, JournalState.PREPARED, "Q" + number, IDENT)));
        return claim;
    }

    static JournalEntry row(int number, JournalState state, String queueId, Optional<String> ident) {
        return TestFleet.row(
                key(number), state, new QueueId(queueId), ident, state == JournalState.ACCEPTED ? "250 2.0.0" : "", 0);
    }

    final End attempt(String node, int number, Optional<String> ident) throws JournalException {
        return fleet.attempt(fleet.node(node), List.of(key(number)), ident).end();
    }

    /** Tries again for a while after each 451, as a peer does. */
    static <T> T eventually(Callable<T> attempt) throws Exception {
        long end = System.nanoTime() + Duration.ofSeconds(30).toNanos();
        while (true) {
            try {
                return attempt.call();
            } catch (JournalException e) {
                if (System.nanoTime() > end) {
                    throw e;
                }
                Thread.sleep(100);
            }
        }
    }

    /** Makes commits wait until {@link #makeQuick}. */
    final void makeSlow(String operation) throws SQLException {
        fleet.execute("""
            CREATE TABLE slow AS SELECT 1;
            CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS
                'BEGIN WHILE EXISTS (SELECT FROM slow) LOOP PERFORM pg_sleep(0.02); END LOOP; RETURN NULL; END';
            CREATE CONSTRAINT TRIGGER slow AFTER %s ON fleet_delivery DEFERRABLE INITIALLY DEFERRED
                FOR EACH ROW WHEN (NEW.recipient SIMILAR TO '(00000001|0000010_)%%')
                EXECUTE FUNCTION slow()\
            """.formatted(operation));
    }

    final void makeQuick() throws SQLException {
        fleet.execute("DELETE FROM slow");
    }

    final void awaitSlow(int batches) {
        fleet.await(
                "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%COMMIT' AND wait_event = 'PgSleep'" + HERE,
                String.valueOf(batches));
    }
}
