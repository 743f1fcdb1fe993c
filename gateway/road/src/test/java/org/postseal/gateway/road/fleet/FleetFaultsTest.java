package org.postseal.gateway.road.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.postseal.gateway.road.fleet.TestFleet.key;
import static org.postseal.gateway.road.journal.JournalContract.IDENT;
import static org.postseal.gateway.road.journal.JournalContract.begun;

import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postseal.certstore.database.Postgres;
import org.postseal.certstore.database.PostgresServer;
import org.postseal.certstore.database.Sql;
import org.postseal.gateway.road.fleet.TestFleet.End;
import org.postseal.gateway.road.journal.Journal;
import org.postseal.gateway.road.journal.JournalEntry;
import org.postseal.gateway.road.journal.JournalException;
import org.postseal.gateway.road.journal.JournalState;
import org.postseal.gateway.testkit.CuttingProxy.Link;

/** Tests what comes of claims, connections and databases that fail. */
@Timeout(120)
class FleetFaultsTest extends FleetFaultsFixture {
    /** All nodes have been silent for an hour by that clock, and this one has not said since that it is alive. */
    @ParameterizedTest
    @CsvSource({"1 hour,false", "1 second,true"})
    void whenTheClockIsSetForwardNobodyTakesRowsOfTheLiving(String silent, boolean isTaken) throws Exception {
        fleet.node("a").claim(List.of(begun(1)));
        fleet.kill("a");
        fleet.execute("INSERT INTO fleet_node SELECT 'none', 1, 1, started, since, alive, version FROM fleet_node");
        fleet.execute("UPDATE fleet_node SET since = now() - INTERVAL '2 hours', alive = now() - CASE name"
                + " WHEN 'a' THEN INTERVAL '1 hour' ELSE INTERVAL '" + silent + "' END");
        Claimed claimed = TestFleet.onTable(
                url,
                (table, sql) -> table.commit(sql, List.of(new DeliveryRows.Wanted(List.of(begun(1)), false)), List.of())
                        .claimed()
                        .getFirst());
        assertThat(claimed instanceof Claimed.Taken).isEqualTo(isTaken);
    }

    /** Another node takes the row after this one has begun to look for it, and before it locks it. */
    @Test
    void ofTwoNodesThatTakeARowAtOnceOneGetsIt() throws Exception {
        TestNode b = fleet.node("b");
        try (Journal.Claim claim = prepare(b, 1)) {
            claim.settled(List.of(row(1, JournalState.PREPARED, "Q1", IDENT)), true);
        }
        fleet.execute("INSERT INTO fleet_node SELECT 'none', 1, 1, started, since, alive, version FROM fleet_node;"
                + "ALTER TABLE fleet_node RENAME TO nodes;"
                + "CREATE VIEW fleet_node AS SELECT * FROM nodes WHERE name <> 'none' OR pg_sleep(0.5) IS NOT NULL");
        Future<Claimed> other = TestFleet.async(() -> TestFleet.onTable(
                url,
                (table, sql) -> table.commit(sql, List.of(new DeliveryRows.Wanted(List.of(begun(1)), false)), List.of())
                        .claimed()
                        .getFirst()));
        fleet.await(
                "SELECT count(*) FROM pg_stat_activity WHERE query LIKE '%FOR UPDATE OF d%' AND wait_event = 'PgSleep'"
                        + HERE,
                "1");
        try (Journal.Claim _ = b.claim(List.of(begun(1)))) {
            assertThat(other.get()).isInstanceOf(Claimed.Blocked.class);
        }
    }

    /** Claims that are given up leave something to be undone, and there is no end of it while a table is locked. */
    @Test
    void aClaimIsRefusedAtOnceWhileTooMuchIsLeftToDo() throws Exception {
        Postgres away = new Postgres("jdbc:postgresql://127.0.0.1:1/none?user=none", Duration.ofSeconds(1));
        DeliveryRows rows = new DeliveryRows(() -> new Membership.Node("none", 1, true, 0), LONG, TestNode.RETENTION);
        GroupCommit commits = new GroupCommit(away, rows, () -> 1, () -> {});
        for (int i = 0; i < 10_000; i++) {
            var _ = commits.keep(List.of(new Change(Change.Kind.TELL, begun(i))), false);
        }
        Duration limit = Duration.ofMinutes(1);
        assertThatThrownBy(() -> commits.claim(new DeliveryRows.Wanted(List.of(begun(1)), false), limit))
                .hasMessageMatching("the database of the fleet has not done 10000 requests yet.*");
        // It would try for long to write what is left.
        Thread _ = Thread.ofVirtual().start(commits::close);
    }

    /** A pooler gives the connection to somebody else after each transaction. */
    @Test
    void theSettingsOfATransactionEndWithIt() throws Exception {
        try (Sql sql = new Postgres(url, Duration.ofSeconds(10)).connect()) {
            String settings = "SELECT current_setting('lock_timeout') || ' ' || current_setting('enable_seqscan')";
            DeliveryRows.begin(sql);
            assertThat(sql.first(settings, row -> row.getString(1))).contains("200ms off");
            sql.execute("COMMIT");
            assertThat(sql.first(settings, row -> row.getString(1))).contains("0 on");
        }
    }

    @Test
    void aNodeThatIsCutOffFromTheDatabaseSendsNothing() throws Exception {
        TestNode a = fleet.node("a");
        Journal.Claim held = prepare(a, 1);
        assertThatCode(held::requireHeld).doesNotThrowAnyException();
        a.link().set(Link.SILENT);
        Thread.sleep(LONG.length().dividedBy(2));
        assertThatThrownBy(held::requireHeld).hasMessageContaining("has not answered");
        assertThatThrownBy(a::requireWritable).hasMessageContaining("has not answered");
        long start = System.nanoTime();
        assertThatThrownBy(() -> a.claim(List.of(begun(2)))).isInstanceOf(JournalException.class);
        assertThat(Duration.ofNanos(System.nanoTime() - start))
                .as("without its time limit")
                .isLessThan(Duration.ofSeconds(5));
        a.link().set(Link.PASS);
        assertThat(eventually(() -> attempt("a", 3, IDENT))).isEqualTo(End.SENT);
    }

    @Test
    void aClaimEndsWithItsTimeAndIsTakenBackWhenTheDatabaseAnswers() throws Exception {
        TestNode a = fleet.node("a", Duration.ofMillis(700));
        a.link().set(Link.SILENT);
        assertThatThrownBy(() -> a.claim(List.of(begun(1))))
                .isInstanceOf(JournalException.class)
                .hasMessageContaining("did not answer within");
        a.link().set(Link.PASS);
        assertThat(eventually(() -> attempt("b", 1, IDENT)))
                .as("nothing was sent, so nothing is in doubt")
                .isEqualTo(End.SENT);
    }

    /** A trigger makes the commit last, and the connection is cut meanwhile: it is done, and nobody hears of it. */
    @ParameterizedTest
    @CsvSource({"INSERT", "UPDATE"})
    void aCommitWhoseAnswerIsLostCounts(String operation) throws Exception {
        TestNode a = fleet.node("a");
        assertThat(attempt("a", 9, IDENT)).isEqualTo(End.SENT);
        makeSlow(operation);
        Future<End> sent = TestFleet.async(() -> attempt("a", 1, IDENT));
        awaitSlow(1);
        a.link().resetAll();
        makeQuick();
        assertThat(sent.get(30, TimeUnit.SECONDS)).isEqualTo(End.SENT);
        assertThat(attempt("b", 1, IDENT)).isEqualTo(End.SUPPRESSED);
        assertThat(fleet.doubtsOf(key(1))).isEqualTo(0);
    }

    /** The commit of a claim is done after its session has given up, and nobody hears of it. */
    @Test
    void aClaimThatIsGivenUpWhileItsCommitIsOnItsWayIsTakenBack() throws Exception {
        TestNode a = fleet.node("a", Duration.ofMillis(1500));
        assertThat(attempt("a", 9, IDENT)).isEqualTo(End.SENT);
        makeSlow("INSERT");
        Future<Journal.Claim> claim =
                TestFleet.async(() -> a.claim(List.of(row(1, JournalState.PREPARED, "Q1", IDENT))));
        awaitSlow(1);
        a.link().set(Link.REFUSE);
        assertThatThrownBy(claim::get).hasMessageContaining("did not answer within 1500 ms");
        makeQuick();
        fleet.await("SELECT count(*) FROM fleet_delivery", "2");
        a.link().set(Link.PASS);
        assertThat(eventually(() -> attempt("b", 1, IDENT)))
                .as("nothing was sent, so nothing is in doubt")
                .isEqualTo(End.SENT);
    }

    /** What was there and what is new is decided about in a second transaction, whose answer is lost. */
    @Test
    void aClaimWhoseSecondCommitIsLostCounts() throws Exception {
        try (Journal.Claim claim = prepare(fleet.node("b"), 1)) {
            claim.settled(List.of(row(1, JournalState.PREPARED, "Q1", IDENT)), true);
        }
        makeSlow("UPDATE");
        TestNode a = fleet.node("a");
        Future<End> sent = TestFleet.async(
                () -> fleet.attempt(a, List.of(key(1), key(2)), IDENT).end());
        awaitSlow(1);
        assertThat(fleet.query("SELECT node FROM fleet_delivery WHERE key = '\\x" + key(2).hex() + "'"))
                .as("the new row is held already")
                .isEqualTo("a");
        a.link().resetAll();
        makeQuick();
        assertThat(sent.get(30, TimeUnit.SECONDS)).isEqualTo(End.SENT_IN_DOUBT);
        assertThat(List.of(fleet.doubtsOf(key(1)), fleet.doubtsOf(key(2)))).containsExactly(1, 0);
    }

    /** Its batch is tried again over another connection when it is killed, and meanwhile the other batches go on. */
    @Test
    void aStuckConnectionHoldsUpOnlyItsBatch() throws Exception {
        TestNode a = fleet.node("a");
        makeSlow("INSERT");
        Future<End> stuck = TestFleet.async(() -> attempt("a", 1, IDENT));
        awaitSlow(1);
        for (int number = 2; number < 5; number++) {
            assertThat(attempt("a", number, IDENT)).isEqualTo(End.SENT);
        }
        assertThat(stuck.isDone()).isFalse();
        fleet.execute("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE query LIKE '%COMMIT'"
                + " AND wait_event = 'PgSleep'" + HERE);
        makeQuick();
        assertThat(stuck.get(8, TimeUnit.SECONDS)).isEqualTo(End.SENT);
        assertThat(fleet.doubtsOf(key(1))).isEqualTo(0);
        a.requireWritable();
    }

    @Test
    void aJournalThatIsClosedEndsAllThatIsOnItsWay() throws Exception {
        TestNode a = fleet.node("a");
        List<Journal.Claim> held = List.of(prepare(a, 0x100), prepare(a, 0x101), prepare(a, 0x102));
        makeSlow("UPDATE");
        List<Future<Boolean>> settling = new ArrayList<>();
        for (int i = 0; i < held.size(); i++) {
            int number = i;
            settling.add(TestFleet.async(() -> {
                held.get(number)
                        .settled(
                                List.of(row(0x100 + number, JournalState.ACCEPTED, "Q" + (0x100 + number), IDENT)),
                                true);
                return true;
            }));
            awaitSlow(i + 1);
        }
        Future<Boolean> closing = TestFleet.async(() -> {
            a.close();
            return true;
        });
        makeQuick();
        assertThat(closing.get(9, TimeUnit.SECONDS)).isTrue();
        for (Future<Boolean> each : settling) {
            assertThat(each.get(1, TimeUnit.SECONDS)).isTrue();
        }
        assertThat(fleet.query("SELECT count(*) FROM fleet_delivery WHERE state = 'accepted'"))
                .isEqualTo("3");
    }

    @Test
    void textThatPostgresRefusesStopsNobody() throws Exception {
        TestNode a = fleet.node("a");
        JournalEntry row = new JournalEntry(
                key(1),
                JournalState.PREPARED,
                "Q1",
                Optional.of("4\0UP"),
                "a\0b@example.com",
                1,
                "250 \0 \uD800",
                Optional.empty(),
                0,
                Instant.now());
        try (Journal.Claim claim = a.claim(List.of(row))) {
            claim.prepared(List.of(row));
            claim.settled(List.of(row), true);
        }
        assertThat(fleet.query("SELECT recipient FROM fleet_delivery")).isEqualTo("a\uFFFDb@example.com");
    }

    /** One message has something that the table does not take: it alone is refused, whatever it is together with. */
    @Test
    void aRowThatTheTableDoesNotTakeHarmsNoOther() throws Exception {
        TestNode a = fleet.node("a");
        fleet.execute("ALTER TABLE fleet_delivery ADD CHECK (recipient NOT LIKE '00000007%')");
        List<Future<String>> all = IntStream.range(0, 20)
                .mapToObj(number -> TestFleet.async(() -> {
                    try {
                        return attempt("a", number, IDENT).name();
                    } catch (JournalException e) {
                        return String.valueOf(e.getMessage());
                    }
                }))
                .toList();
        for (int number = 0; number < all.size(); number++) {
            if (number == 7) {
                assertThat(all.get(number).get()).contains("violates check constraint");
            } else {
                assertThat(all.get(number).get()).isEqualTo("SENT");
            }
        }
        a.requireWritable();
    }

    /** Another transaction has a row locked for long. Messages without that row go on. */
    @Test
    void aLockedRowHarmsNoOther() throws Exception {
        TestNode a = fleet.node("a");
        Journal.Claim held = prepare(a, 1);
        CountDownLatch goOn = new CountDownLatch(1);
        Future<Integer> locking = TestFleet.async(() -> TestFleet.onTable(url, (_, sql) -> {
            DeliveryRows.begin(sql);
            int locked = sql.update("UPDATE fleet_delivery SET reply = 'locked'");
            for (boolean isOver = false; !isOver; isOver = TestFleet.isOver(goOn)) {
                sql.execute("SELECT 1");
            }
            sql.execute("ROLLBACK");
            return locked;
        }));
        fleet.await("SELECT count(*) FROM pg_stat_activity WHERE query = 'SELECT 1'" + HERE, "1");
        Future<Boolean> settling = TestFleet.async(() -> {
            held.settled(List.of(row(1, JournalState.ACCEPTED, "Q1", IDENT)), true);
            return true;
        });
        fleet.await("SELECT count(*) FROM pg_stat_activity WHERE wait_event_type = 'Lock'" + HERE, "1");
        for (int number = 2; number < 4; number++) {
            assertThat(attempt("a", number, IDENT)).isEqualTo(End.SENT);
        }
        assertThat(settling.isDone()).isFalse();
        goOn.countDown();
        assertThat(settling.get(30, TimeUnit.SECONDS)).isTrue();
        assertThat(locking.get()).isEqualTo(1);
        assertThat(attempt("b", 1, IDENT)).isEqualTo(End.SUPPRESSED);
    }

    @ParameterizedTest
    @CsvSource({"KILL", "PAUSE"})
    void aDatabaseThatFailsAndComesBackHasEverything(String fault) throws Exception {
        try (PostgresServer server = PostgresServer.start();
                TestFleet own = new TestFleet(server.newDatabase(), folder, LONG)) {
            TestNode a = own.node("a");
            assertThat(own.attempt(a, List.of(key(1)), IDENT).end()).isEqualTo(End.SENT);
            Journal.Claim held = prepare(a, 2);
            Journal.Claim dark = prepare(a, 3);
            if (fault.equals("KILL")) {
                server.kill();
            } else {
                server.pause();
            }
            dark.accepted(List.of(row(3, JournalState.ACCEPTED, "Q3", IDENT)));
            dark.close();
            Future<Boolean> settling = TestFleet.async(() -> {
                held.settled(List.of(row(2, JournalState.ACCEPTED, "Q2", IDENT)), true);
                held.close();
                return true;
            });
            Thread.sleep(1500);
            assertThat(settling.isDone()).isFalse();
            if (fault.equals("KILL")) {
                server.startAgain();
            } else {
                server.resume();
            }
            assertThat(settling.get(30, TimeUnit.SECONDS)).isTrue();
            TestNode b = own.node("b");
            for (int number = 1; number <= 3; number++) {
                int each = number;
                assertThat(eventually(
                                () -> own.attempt(b, List.of(key(each)), IDENT).end()))
                        .isEqualTo(End.SUPPRESSED);
            }
        }
    }

    @Test
    void tablesOfANewerProgramAreRefusedIfTheySaySo() throws Exception {
        fleet.node("a");
        fleet.execute("UPDATE fleet_schema SET step = 7");
        fleet.node("b");
        fleet.execute("UPDATE fleet_schema SET oldest = 7");
        assertThatThrownBy(() -> fleet.node("c"))
                .isInstanceOf(JournalException.class)
                .hasMessageContaining("of a newer program");
    }
}
