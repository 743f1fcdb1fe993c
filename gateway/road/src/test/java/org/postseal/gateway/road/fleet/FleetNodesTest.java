package org.postseal.gateway.road.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.postseal.gateway.road.fleet.TestFleet.key;
import static org.postseal.gateway.road.journal.JournalContract.IDENT;
import static org.postseal.gateway.road.journal.JournalContract.begun;

import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Collectors;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.certstore.database.Postgres;
import org.postseal.certstore.database.PostgresServer;
import org.postseal.gateway.mail.QueueId;
import org.postseal.gateway.road.fleet.Membership.Fault;
import org.postseal.gateway.road.fleet.Membership.Lease;
import org.postseal.gateway.road.fleet.TestFleet.End;
import org.postseal.gateway.road.journal.Journal;
import org.postseal.gateway.road.journal.JournalEntry;
import org.postseal.gateway.road.journal.JournalException;
import org.postseal.gateway.road.journal.JournalState;
import org.postseal.gateway.testkit.Await;
import org.postseal.gateway.testkit.CuttingProxy.Link;
import org.slf4j.LoggerFactory;

/** Tests what keeps a node from taking mail, and what lets it take mail again. */
@Timeout(120)
class FleetNodesTest {
    private static final Lease LEASE = new Lease(Duration.ofSeconds(4), Duration.ofMinutes(10));
    private static final Duration LIMIT = Duration.ofSeconds(10);

    @TempDir
    private Path folder;

    private final String url = PostgresServer.shared().newDatabase();
    private final FleetView view = new FleetView(new Postgres(url, LIMIT));

    @AutoClose
    private TestFleet fleet = new TestFleet(url, Path.of("unused"), LEASE);

    @BeforeEach
    void start() {
        fleet = new TestFleet(url, folder, LEASE);
    }

    /** Yesterday's rows are put in the place of today's, as a restore does. */
    @ParameterizedTest
    @ValueSource(
            strings = {
                "UPDATE fleet_node SET alive = alive - INTERVAL '1 day'",
                "UPDATE fleet_node SET alive = alive - INTERVAL '1 day' WHERE name = 'a'",
                "UPDATE fleet_node SET incarnation = incarnation - 1, started = started - INTERVAL '1 day'",
                "UPDATE fleet_node SET incarnation = incarnation + 9, started = started - INTERVAL '1 day'",
                "DELETE FROM fleet_node"
            })
    void aRestoredDatabaseHoldsTheWholeFleet(String restore) throws Exception {
        TestNode a = fleet.node("a");
        TestNode b = fleet.node("b");
        if (!restore.contains("alive")) {
            // Until then, no more than the last seconds may be lost.
            Thread.sleep(LEASE.length());
        }
        Journal.Claim onItsWay = a.claim(List.of(begun(1)));
        fleet.execute(restore);
        awaitFault(a, Fault.Kind.HELD);
        awaitFault(b, Fault.Kind.HELD);
        assertThatThrownBy(() -> a.claim(List.of(begun(2)))).hasMessageContaining("postseal fleet restored");
        assertThatThrownBy(onItsWay::requireHeld).hasMessageContaining("the fleet holds mail");
        TestNode c = fleet.node("c");
        assertThatThrownBy(c.membership()::requireReady).hasMessageContaining("the fleet holds mail");

        assertThat(view.restored()).isTrue();
        for (TestNode each : List.of(a, b, c)) {
            awaitReady(each);
        }
        assertThatThrownBy(onItsWay::requireHeld).hasMessageContaining("lost the claim");
        onItsWay.close();
        assertThat(attempt("a", 3)).isEqualTo(End.SENT);
        assertThat(attempt("b", 3)).isEqualTo(End.SUPPRESSED);
    }

    /** The second backup has the start that this process made after the first restore. */
    @Test
    void aSecondRestoreHoldsTheFleetToo() throws Exception {
        TestNode a = fleet.node("a");
        for (int restore = 0; restore < 3; restore++) {
            fleet.execute("UPDATE fleet_node SET alive = alive - INTERVAL '1 day'");
            awaitFault(a, Fault.Kind.HELD);
            assertThat(view.restored()).isTrue();
            awaitReady(a);
        }
    }

    /** The ledger of the first one that starts knows what the database had confirmed. */
    @ParameterizedTest
    @CsvSource({
        "UPDATE fleet_node SET alive = alive - INTERVAL '1 minute',true",
        "UPDATE fleet_node SET alive = alive - INTERVAL '2 seconds',false",
        "UPDATE fleet_node SET alive = alive - INTERVAL '1 minute'; UPDATE fleet_state SET epoch = epoch + 1,false",
        "DELETE FROM fleet_node,true"
    })
    void aRestoreWhileNoNodeRunsHoldsTheFleet(String restore, boolean isHeld) throws Exception {
        assertThat(attempt("a", 1)).isEqualTo(End.SENT);
        fleet.node("a").close();
        fleet.kill("a");
        fleet.execute(restore);
        TestNode a = fleet.node("a");
        TestNode b = fleet.node("b");
        if (isHeld) {
            assertThatThrownBy(() -> a.claim(List.of(begun(2)))).isInstanceOf(JournalException.class);
            awaitFault(a, Fault.Kind.HELD);
            awaitFault(b, Fault.Kind.HELD);
            assertThat(view.restored()).isTrue();
        }
        awaitReady(a);
        awaitReady(b);
        assertThat(attempt("b", 1)).isEqualTo(End.SUPPRESSED);
    }

    /** It was cut off meanwhile, and need not ask again. */
    @Test
    void aNodeThatSeesItAfterTheAdministratorHoldsNothing() throws Exception {
        TestNode a = fleet.node("a");
        fleet.execute(
                "UPDATE fleet_state SET epoch = epoch + 1; UPDATE fleet_node SET alive = now() - INTERVAL '1 day'");
        fleet.await("SELECT incarnation FROM fleet_node", "2");
        awaitReady(a);
        assertThat(fleet.query("SELECT held FROM fleet_state")).isEqualTo("null");
        assertThat(attempt("a", 1)).isEqualTo(End.SENT);
    }

    /** The epoch of the backup is older than one that was confirmed: the next one is newer than both. */
    @Test
    void theEpochGrowsEvenIfTheDatabaseHasLostIt() throws Exception {
        TestNode a = fleet.node("a");
        fleet.execute("UPDATE fleet_state SET held = 'first'");
        assertThat(view.restored()).isTrue();
        assertThat(view.restored()).as("it does not hold mail").isFalse();
        long first = Long.parseLong(fleet.query("SELECT epoch FROM fleet_state"));
        fleet.execute("UPDATE fleet_state SET epoch = 1; UPDATE fleet_node SET alive = now() - INTERVAL '1 day'");
        awaitFault(a, Fault.Kind.HELD);
        assertThat(view.restored()).isTrue();
        assertThat(Long.parseLong(fleet.query("SELECT epoch FROM fleet_state"))).isGreaterThan(first);
    }

    /** An asynchronous standby took over, which lacked the last second. */
    @ParameterizedTest
    @CsvSource({
        "UPDATE fleet_node SET alive = alive - INTERVAL '1 second',2",
        "UPDATE fleet_node SET incarnation = 1,3",
        "DELETE FROM fleet_node,3",
        "DELETE FROM fleet_node; DELETE FROM fleet_state,3"
    })
    void aFailoverThatLostTheLastSecondHoldsNothing(String failover, String incarnation) throws Exception {
        fleet.node("a");
        fleet.kill("a");
        TestNode a = fleet.node("a");
        fleet.execute(failover);
        fleet.await("SELECT incarnation FROM fleet_node", incarnation);
        fleet.await("SELECT caught_up FROM fleet_node", incarnation);
        awaitReady(a);
        assertThat(attempt("a", 1)).isEqualTo(End.SENT);
        assertThat(fleet.query("SELECT held FROM fleet_state")).isEqualTo("null");
    }

    /** The backup had a row of a message that is long done, held by this very process. */
    @Test
    void aRowThatARestoreBroughtBackIsFreeForAll() throws Exception {
        Journal.Claim _ = fleet.node("a")
                .claim(List.of(TestFleet.row(key(1), JournalState.PREPARED, new QueueId("Q1"), IDENT, "", 0)));
        fleet.execute(
                "UPDATE fleet_state SET epoch = epoch + 1; UPDATE fleet_node SET alive = now() - INTERVAL '1 day'");
        fleet.await("SELECT caught_up FROM fleet_node WHERE name = 'a'", "2");
        assertThat(attempt("b", 1)).isEqualTo(End.SENT_IN_DOUBT);
    }

    /** The next hop has the message, and the database that shall hear of it is another one. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anOutcomeThatWaitsIsNotLostWithTheDatabase(boolean hasIdent) throws Exception {
        TestNode a = fleet.node("a", Duration.ofSeconds(2));
        JournalEntry row = row(hasIdent, JournalState.PREPARED);
        try (Journal.Claim claim = a.claim(List.of(row))) {
            claim.prepared(List.of(row));
            a.link().set(Link.SILENT);
            assertThatThrownBy(() -> claim.settled(List.of(row(hasIdent, JournalState.ACCEPTED)), true))
                    .hasMessageContaining("did not answer");
        }
        fleet.execute(MADE_ANEW);
        a.link().set(Link.PASS);
        fleet.await("SELECT caught_up FROM fleet_node", "2");
        awaitReady(a);
        assertThat(attempt("a", 1, row.upstreamId())).isEqualTo(End.SUPPRESSED);
    }

    /** The copy was on its way, past the last check, when the database was made anew. */
    @ParameterizedTest
    @ValueSource(booleans = {true, false})
    void anOutcomeThatComesAfterTheDatabaseWasLostIsNotForgotten(boolean hasIdent) throws Exception {
        TestNode a = fleet.node("a");
        JournalEntry row = row(hasIdent, JournalState.PREPARED);
        try (Journal.Claim claim = a.claim(List.of(row))) {
            claim.prepared(List.of(row));
            fleet.execute(MADE_ANEW);
            fleet.await("SELECT caught_up FROM fleet_node", "2");
            assertThatThrownBy(() -> claim.settled(List.of(row(hasIdent, JournalState.ACCEPTED)), true))
                    .hasMessageContaining("taken over");
        }
        awaitReady(a);
        assertThat(attempt("a", 1, row.upstreamId())).isEqualTo(End.SUPPRESSED);
    }

    /** Another node took the row over, sent the copy and was told of it: the same octets again are another message. */
    @Test
    void whatAnotherNodeHasTakenOverIsNotBroughtAgain() throws Exception {
        TestNode a = fleet.node("a");
        JournalEntry row = row(false, JournalState.PREPARED);
        try (Journal.Claim claim = a.claim(List.of(row))) {
            claim.prepared(List.of(row));
            fleet.execute("DELETE FROM fleet_delivery");
            assertThatThrownBy(() -> claim.settled(List.of(row(false, JournalState.ACCEPTED)), true))
                    .hasMessageContaining("taken over");
        }
        Thread.sleep(LEASE.length().dividedBy(2));
        fleet.execute(MADE_ANEW);
        fleet.await("SELECT caught_up FROM fleet_node", "2");
        awaitReady(a);
        assertThat(attempt("a", 1, Optional.empty())).isEqualTo(End.SENT);
    }

    /** An asynchronous standby took over, which lacked the last second. */
    @Test
    void whatAFailoverLostIsBroughtAgain() throws Exception {
        TestNode a = fleet.node("a");
        assertThat(attempt("a", 1)).isEqualTo(End.SENT);
        fleet.execute("BEGIN; DELETE FROM fleet_delivery;"
                + " UPDATE fleet_node SET alive = alive - INTERVAL '2 seconds'; COMMIT");
        fleet.await("SELECT count(*) FROM fleet_delivery", "1");
        awaitReady(a);
        assertThat(attempt("b", 1)).isEqualTo(End.SUPPRESSED);
    }

    /** Another program has locked the table. */
    @Test
    void aNodeThatHasJoinedAnewTakesNoMailBeforeItHasBroughtItsLedger() throws Exception {
        TestNode a = fleet.node("a");
        assertThat(attempt("a", 1)).isEqualTo(End.SENT);
        try (Connection other = DriverManager.getConnection(url);
                Statement statement = other.createStatement()) {
            other.setAutoCommit(false);
            statement.execute("LOCK TABLE fleet_delivery IN EXCLUSIVE MODE");
            fleet.execute("UPDATE fleet_state SET epoch = epoch + 1; DELETE FROM fleet_node");
            fleet.await("SELECT incarnation FROM fleet_node", "2");
            Thread.sleep(LEASE.length().dividedBy(4));
            assertThatThrownBy(a.membership()::requireReady).hasMessageContaining("has lost what it had");
            assertThat(fleet.query("SELECT caught_up FROM fleet_node")).isEqualTo("0");
            statement.execute("DELETE FROM fleet_delivery");
            other.commit();
        }
        awaitReady(a);
        assertThat(attempt("a", 1)).isEqualTo(End.SUPPRESSED);
    }

    /** The database has lost the start of this process, and the answer to its next start is lost as well. */
    @Test
    void aNodeWhoseNewStartIsCommittedUnheardDoesNotFenceItself() throws Exception {
        TestNode a = fleet.node("a");
        fleet.execute("""
            CREATE TABLE slow AS SELECT 1;
            CREATE FUNCTION slow() RETURNS trigger LANGUAGE plpgsql AS
                'BEGIN WHILE EXISTS (SELECT FROM slow) LOOP PERFORM pg_sleep(0.02); END LOOP; RETURN NULL; END';
            CREATE CONSTRAINT TRIGGER slow AFTER UPDATE ON fleet_node DEFERRABLE INITIALLY DEFERRED
                FOR EACH ROW WHEN (NEW.incarnation = 2 AND OLD.incarnation = 1) EXECUTE FUNCTION slow()\
            """);
        fleet.execute(
                "UPDATE fleet_state SET epoch = epoch + 1; UPDATE fleet_node SET alive = now() - INTERVAL '1 day'");
        fleet.await(
                "SELECT count(*) FROM pg_stat_activity"
                        + " WHERE wait_event = 'PgSleep' AND datname = current_database()",
                "1");
        a.link().resetAll();
        fleet.execute("DELETE FROM slow");
        awaitReady(a);
        assertThat(fleet.query("SELECT incarnation FROM fleet_node")).isEqualTo("2");
        assertThat(attempt("a", 1)).isEqualTo(End.SENT);
    }

    private static JournalEntry row(boolean hasIdent, JournalState state) {
        return TestFleet.row(
                key(1), state, new QueueId("Q1"), hasIdent ? IDENT : Optional.empty(), "250 2.0.0 queued", 0);
    }

    /** An administrator knows of it, so that nobody holds mail. */
    private static final String MADE_ANEW =
            "BEGIN; UPDATE fleet_state SET epoch = epoch + 1; DELETE FROM fleet_node; DELETE FROM fleet_delivery;"
                    + " COMMIT";

    /** The database lost the first one's start, and so gives the second one the same incarnation. */
    @Test
    void ofTwoProcessesOfOneIncarnationTheYoungerCounts() throws Exception {
        TestNode older = fleet.node("a");
        fleet.execute("UPDATE fleet_node SET started = started + INTERVAL '1 second'");
        awaitFault(older, Fault.Kind.FENCED);
    }

    @ParameterizedTest
    @CsvSource({"-4,READY", "4,READY", "-58,READY", "62,CLOCK", "-62,CLOCK", "86400,CLOCK"})
    void aNodeWhoseClockIsFarOffTakesNoMail(long seconds, String expected) throws Exception {
        AtomicReference<Duration> off = new AtomicReference<>(Duration.ofSeconds(seconds));
        try (TestNode a = start("a", () -> Instant.now().plus(off.get()), Map.of())) {
            assertThat(a.membership().fault().map(Fault::kind).map(Enum::name).orElse("READY"))
                    .isEqualTo(expected);
            assertThat(a.membership().clockDistance())
                    .isBetween(Duration.ofSeconds(seconds - 1), Duration.ofSeconds(seconds + 1));
            if (expected.equals("CLOCK")) {
                assertThatThrownBy(() -> a.claim(List.of(begun(1))))
                        .hasMessageContaining("the clock of this machine is");
                off.set(Duration.ZERO);
                awaitReady(a);
            }
        }
    }

    @ParameterizedTest
    @CsvSource({"0,0,0", "0,100,0", "0,-100,0", "0,150,50", "0,-150,-50", "200,-200,0", "2000,1500,400"})
    void theDistanceLeavesOutWhatTheNetworkMayExplain(long more, long ahead, long expected) {
        Instant noon = Instant.parse("2026-12-01T12:00:00Z");
        Instant database = noon.plusMillis((200 + more) / 2);
        assertThat(ClockDistance.between(noon.plusMillis(ahead), noon.plusMillis(ahead + 200 + more), database)
                        .toMillis())
                .isEqualTo(expected);
    }

    @Test
    void aNodeWithAnotherSecretTakesNoMail() throws Exception {
        try (TestNode a = start("a", InstantSource.system(), Map.of("key", "1"));
                TestNode b = start("b", InstantSource.system(), Map.of("key", "2"));
                TestNode c = start("c", InstantSource.system(), Map.of("key", "1", "new", "3"))) {
            a.membership().requireReady();
            c.membership().requireReady();
            assertThatThrownBy(() -> b.claim(List.of(begun(1))))
                    .hasMessage("this node has another secret than the fleet in key");
            view.accept(Map.of("key", "2"));
            awaitReady(b);
            awaitFault(a, Fault.Kind.SECRETS);
        }
    }

    @Test
    void aDrainOutlivesTheProcess() throws Exception {
        TestNode a = fleet.node("a");
        assertThat(view.drain("nobody", true)).isFalse();
        assertThat(view.drain("a", true)).isTrue();
        awaitFault(a, Fault.Kind.DRAINED);
        fleet.kill("a");
        TestNode next = fleet.node("a");
        assertThatThrownBy(() -> next.claim(List.of(begun(1)))).hasMessage("this node is drained");
        fleet.await("SELECT idle FROM fleet_node", "t");
        assertThat(view.drain("a", false)).isTrue();
        awaitReady(next);
    }

    @Test
    void nodesAreCountedByTheirState() throws Exception {
        TestNode a = fleet.node("a");
        TestNode b = fleet.node("b");
        fleet.node("c");
        fleet.node("d");
        fleet.kill("c");
        fleet.kill("d");
        fleet.execute("UPDATE fleet_node SET alive = now() - INTERVAL '1 hour' WHERE name IN ('c', 'd')");
        assertThat(view.drain("d", true)).isTrue();
        b.membership().reporting(() -> new Membership.Report("", Map.of(), Optional.of("the disk is full")));
        fleet.await("SELECT fault FROM fleet_node WHERE name = 'b'", "the disk is full");
        Membership.Counts expected = new Membership.Counts(1, 1, 1, 1);
        Await.until(
                () -> a.membership().nodes().equals(expected),
                () -> "they are " + a.membership().nodes());
        assertThat(view.nodes()).extracting(node -> node.said().fault()).startsWith("", "the disk is full");
    }

    /** Without its thread, the node would take no mail until it is started again. */
    @Test
    void theThreadOutlivesAFaultOfTheProgram() throws Exception {
        AtomicReference<Optional<RuntimeException>> fault = new AtomicReference<>(Optional.empty());
        InstantSource clock = () -> {
            fault.get().ifPresent(thrown -> {
                throw thrown;
            });
            return Instant.now();
        };
        try (TestNode a = start("a", clock, Map.of())) {
            fault.set(Optional.of(new IllegalStateException("for a test")));
            awaitFault(a, Fault.Kind.DATABASE);
            fault.set(Optional.empty());
            awaitReady(a);
        }
    }

    /** A disk that hangs must not gather a thread with each beat. */
    @Test
    void aGatewayThatIsSlowToSayHowItIsIsNotAskedAgain() throws Exception {
        TestNode a = fleet.node("a");
        AtomicInteger asked = new AtomicInteger();
        CountDownLatch goOn = new CountDownLatch(1);
        Membership.Report late = new Membership.Report("", Map.of(), Optional.of("late"));
        a.membership().reporting(() -> {
            asked.incrementAndGet();
            try {
                goOn.await();
            } catch (InterruptedException e) {
                Thread.currentThread().interrupt();
            }
            return late;
        });
        Await.until(() -> asked.get() > 0, () -> "it is not asked");
        // Three beats come meanwhile.
        Thread.sleep(LEASE.length().dividedBy(3));
        assertThat(asked).hasValue(1);
        goOn.countDown();
        fleet.await("SELECT fault FROM fleet_node", "late");
    }

    @Test
    void theThreadThatCommitsOutlivesAFaultOfTheProgram() throws Exception {
        JournalEntry row = begun(1);
        JournalEntry broken = new JournalEntry(
                row.key(),
                row.state(),
                row.queueId(),
                row.upstreamId(),
                row.recipient(),
                0,
                "",
                Optional.empty(),
                0,
                Instant.MAX);
        TestNode a = fleet.node("a");
        assertThatThrownBy(() -> a.claim(List.of(broken))).hasMessageContaining("overflow");
        assertThat(attempt("a", 1)).isEqualTo(End.SENT);
    }

    /** A connection that breaks is often only the first of what an operator has to know. */
    @Test
    void theLogHasEachFaultOfTheDatabase() throws Exception {
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        Logger logger = (Logger) LoggerFactory.getLogger(Rounds.class);
        lines.start();
        logger.addAppender(lines);
        try {
            TestNode a = fleet.node("a");
            fleet.execute("ALTER TABLE fleet_node RENAME TO away; SELECT pg_terminate_backend(pid)"
                    + " FROM pg_stat_activity WHERE datname = current_database() AND pid <> pg_backend_pid()");
            awaitFault(a, Fault.Kind.DATABASE);
            fleet.execute("ALTER TABLE away RENAME TO fleet_node");
            awaitReady(a);
            assertThat(text(lines))
                    .containsSubsequence("terminating connection", "relation \"fleet_node\" does not exist");
        } finally {
            logger.detachAppender(lines);
        }
    }

    /** A right or a table is lacking, so that all mail hears 451 although the node says that it is alive. */
    @Test
    void aNodeWhoseJournalFailsForLongIsNotReady() throws Exception {
        TestNode a = fleet.node("a", Duration.ofSeconds(1));
        a.requireWritable();
        fleet.execute("ALTER TABLE fleet_delivery RENAME TO away");
        assertThatThrownBy(() -> a.claim(List.of(begun(1)))).hasMessageContaining("fleet_delivery");
        Await.until(() -> fault(a).contains("\"fleet_delivery\" does not exist"), () -> fault(a));
        assertThat(a.membership().fault()).isEmpty();
        fleet.execute("ALTER TABLE away RENAME TO fleet_delivery");
        Await.until(() -> fault(a).isEmpty(), () -> fault(a));
        // A node that waits for the usual time, since a commit on a busy machine can take longer than a second.
        assertThat(attempt("b", 1)).isEqualTo(End.SENT);
    }

    private static String fault(TestNode node) {
        try {
            node.requireWritable();
            return "";
        } catch (JournalException e) {
            return String.valueOf(e.getMessage());
        }
    }

    private static String text(ListAppender<ILoggingEvent> lines) {
        return List.copyOf(lines.list).stream()
                .map(ILoggingEvent::getFormattedMessage)
                .collect(Collectors.joining("\n"));
    }

    private TestNode start(String name, InstantSource clock, Map<String, String> secrets) throws JournalException {
        return TestNode.start(url, folder, name, LEASE, LIMIT, clock, secrets);
    }

    private static void awaitReady(TestNode node) {
        Await.until(
                () -> node.membership().fault().isEmpty(),
                () -> "it is " + node.membership().fault());
    }

    private static void awaitFault(TestNode node, Fault.Kind kind) {
        Await.until(
                () -> node.membership().fault().map(Fault::kind).equals(Optional.of(kind)),
                () -> "it is " + node.membership().fault());
    }

    private End attempt(String node, int number) throws Exception {
        return attempt(node, number, IDENT);
    }

    private End attempt(String node, int number, Optional<String> ident) throws Exception {
        return fleet.attempt(fleet.node(node), List.of(key(number)), ident).end();
    }
}
