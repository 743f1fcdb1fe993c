package org.postseal.gateway.road.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.postseal.gateway.road.fleet.TestFleet.key;
import static org.postseal.gateway.road.journal.JournalContract.IDENT;
import static org.postseal.gateway.road.journal.JournalContract.NO_IDENT;
import static org.postseal.gateway.road.journal.JournalContract.begun;

import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.function.Consumer;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postseal.gateway.audit.ledger.Frame;
import org.postseal.gateway.audit.ledger.Ledger;
import org.postseal.gateway.mail.QueueId;
import org.postseal.gateway.road.fleet.TestFleet.End;
import org.postseal.gateway.road.fleet.TestFleet.Ended;
import org.postseal.gateway.road.journal.Journal;
import org.postseal.gateway.road.journal.JournalEntry;
import org.postseal.gateway.road.journal.JournalException;
import org.postseal.gateway.road.journal.JournalKey;
import org.postseal.gateway.road.journal.JournalState;
import org.postseal.gateway.road.journal.TestJournal;
import org.postseal.gateway.testkit.Await;
import org.postseal.gateway.testkit.CuttingProxy.Link;

/** Tests what comes of nodes that die, come back, or have a younger process of their name. */
@Timeout(120)
class FleetNodeFaultsTest extends FleetFaultsFixture {
    @Test
    void theRowsOfADeadNodeAreInDoubtAfterItsGrace() throws Exception {
        TestNode b = fleet.node("b", Duration.ofSeconds(3));
        prepare(fleet.node("a"), 1);
        fleet.kill("a");
        fleet.execute("UPDATE fleet_node SET since = now() - INTERVAL '1 hour'");
        fleet.execute("UPDATE fleet_node SET alive = now() - INTERVAL '600 seconds' WHERE name = 'a'");
        assertThatThrownBy(() -> b.claim(List.of(begun(1))))
                .isInstanceOf(JournalException.class)
                .hasMessageContaining("still on its way at node a");
        fleet.execute("UPDATE fleet_node SET alive = now() - INTERVAL '611 seconds' WHERE name = 'a'");
        assertThat(attempt("b", 1, IDENT)).isEqualTo(End.SENT_IN_DOUBT);
        assertThat(fleet.doubtsOf(key(1))).isEqualTo(1);
    }

    /** The database may have been away for all, and who is back first must not take the rows of the others. */
    @Test
    void whoWasAwayItselfTakesNoRowsOfOthersYet() throws Exception {
        prepare(fleet.node("a"), 1);
        fleet.kill("a");
        fleet.execute("UPDATE fleet_node SET alive = now() - INTERVAL '1 hour'");
        TestNode b = fleet.node("b", Duration.ofSeconds(3));
        assertThatThrownBy(() -> b.claim(List.of(begun(1)))).hasMessageContaining("still on its way at node a");
        fleet.execute("UPDATE fleet_node SET since = now() - INTERVAL '1 hour' WHERE name = 'b'");
        assertThat(attempt("b", 1, IDENT)).isEqualTo(End.SENT_IN_DOUBT);
    }

    /** It is back before its grace is over, and its ledger knows what the next hop had said. */
    @ParameterizedTest
    @CsvSource({"true,SUPPRESSED", "false,SENT_IN_DOUBT"})
    void aNodeThatComesBackSaysWhatItKnows(boolean isHeard, End expected) throws Exception {
        TestNode a = fleet.node("a");
        Journal.Claim claim = prepare(a, 1);
        if (isHeard) {
            claim.accepted(List.of(row(1, JournalState.ACCEPTED, "Q1", IDENT)));
        }
        fleet.kill("a");
        fleet.node("a");
        assertThat(attempt("b", 1, IDENT)).isEqualTo(expected);
        assertThat(attempt("a", 2, IDENT)).as("other mail").isEqualTo(End.SENT);
    }

    /** Until its ledger is brought, others take its rows to be in doubt. The database was restored before its start. */
    @Test
    void aNodeHasNotCaughtUpBeforeItsLedgerIsBrought() throws Exception {
        TestNode a = fleet.node("a");
        prepare(a, 1).accepted(List.of(row(1, JournalState.ACCEPTED, "Q1", IDENT)));
        fleet.kill("a");
        fleet.execute("UPDATE fleet_node SET alive = alive - INTERVAL '1 hour'");
        makeSlow("UPDATE");
        Future<TestNode> start = TestFleet.async(() -> fleet.node("a"));
        awaitSlow(1);
        Thread.sleep(LONG.length().dividedBy(5));
        assertThat(fleet.query("SELECT caught_up FROM fleet_node")).isEqualTo("1");
        makeQuick();
        TestNode _ = start.get();
        assertThat(fleet.query("SELECT caught_up FROM fleet_node")).isEqualTo("2");
    }

    /** The database does not have the outcome, and the ledger is emptied meanwhile. */
    @Test
    void aNoteOutlivesItsSegmentUntilTheDatabaseHasIt() throws Exception {
        TestNode a = fleet.node("a");
        Journal.Claim claim = prepare(a, 1);
        a.link().set(Link.SILENT);
        claim.accepted(List.of(row(1, JournalState.ACCEPTED, "Q1", IDENT)));
        claim.close();
        tidyAway(a.ledger());
        fleet.kill("a");
        fleet.node("a");
        assertThat(attempt("b", 1, IDENT)).isEqualTo(End.SUPPRESSED);
    }

    /** Nobody waits for the outcome any more when the database has it. */
    @Test
    void aNoteGoesWithItsSegmentAfterALateOutcome() throws Exception {
        TestNode a = fleet.node("a", Duration.ofSeconds(2));
        Journal.Claim claim = prepare(a, 1);
        a.link().set(Link.SILENT);
        assertThatThrownBy(() -> claim.settled(List.of(row(1, JournalState.ACCEPTED, "Q1", IDENT)), true))
                .hasMessageContaining("did not answer within 2000 ms");
        a.link().set(Link.PASS);
        fleet.await("SELECT state FROM fleet_delivery", "accepted");
        assertThat(eventually(() -> attempt("a", 2, IDENT))).isEqualTo(End.SENT);
        claim.close();
        tidyAway(a.ledger());
        AtomicInteger notes = new AtomicInteger();
        Consumer<Frame> counting = frame -> notes.addAndGet(frame.kind() == Frame.Kind.ROW ? 1 : 0);
        a.ledger().read(counting, counting);
        assertThat(notes.get()).isEqualTo(0);
    }

    @Test
    void aNoteGoesWithItsSegmentOnceTheDatabaseHasIt() throws Exception {
        TestNode a = fleet.node("a");
        for (int message = 0; message < 100; message++) {
            List<JournalKey> recipients = IntStream.range(40 * message, 40 * message + 40)
                    .mapToObj(TestFleet::key)
                    .toList();
            Ended _ = fleet.attempt(a, recipients, IDENT);
        }
        tidyAway(a.ledger());
        try (Stream<Path> files = Files.list(folder.resolve("a"))) {
            assertThat(files.count()).as("segments and the lock").isLessThan(5);
        }
    }

    /** Its session has given up the wait for the reply, and its thread that reads replies reads it. */
    @Test
    void anAcceptanceThatComesAfterADoubtIsKnownToAll() throws Exception {
        Journal.Claim claim = prepare(fleet.node("a"), 1);
        claim.settled(List.of(row(1, JournalState.PREPARED, "Q1", IDENT)), true);
        claim.accepted(List.of(row(1, JournalState.ACCEPTED, "Q1", IDENT)));
        claim.close();
        fleet.await("SELECT state FROM fleet_delivery", "accepted");
        assertThat(attempt("b", 1, IDENT)).isEqualTo(End.SUPPRESSED);
    }

    private static void tidyAway(Ledger ledger) throws Exception {
        int first = ledger.note(Frame.Kind.START, new byte[8]).segment();
        while (ledger.note(Frame.Kind.START, new byte[8]).segment() < first + 2) {}
        ledger.force();
        ledger.tidy();
    }

    /** The node is killed after the peer has said a further command, and before the database knows. */
    @Test
    void whatWasToldIsNotForgottenWithTheNode() throws Exception {
        TestNode a = fleet.node("a");
        Ended sent = fleet.attempt(a, List.of(key(1)), NO_IDENT);
        a.link().set(Link.SILENT);
        a.told(sent.queueId());
        fleet.kill("a");
        assertThat(fleet.query("SELECT count(*) FROM fleet_delivery")).isEqualTo("1");
        fleet.node("a");
        assertThat(attempt("b", 1, NO_IDENT))
                .as("the same octets again are another message")
                .isEqualTo(End.SENT);
    }

    /** The other node was told of the retry, and the row is gone: the ledger of the first must not bring it back. */
    @Test
    void aRowWithoutAnIdentThatAnotherNodeHasRemovedStaysAway() throws Exception {
        Ended _ = fleet.attempt(fleet.node("a"), List.of(key(1)), NO_IDENT);
        Ended retry = fleet.attempt(fleet.node("b"), List.of(key(1)), NO_IDENT);
        assertThat(retry.end()).isEqualTo(End.SUPPRESSED);
        fleet.node("b").told(retry.queueId());
        fleet.await("SELECT count(*) FROM fleet_delivery", "0");
        fleet.kill("a");
        fleet.node("a");
        assertThat(attempt("b", 1, NO_IDENT))
                .as("the same octets again are another message")
                .isEqualTo(End.SENT);
    }

    /** One gateway becomes the first node of a fleet: its ledger has all that it knew. */
    @Test
    void aGatewayBringsItsJournalIntoTheFleet() throws Exception {
        try (TestJournal before =
                TestJournal.open(folder.resolve("journal"), TestNode.RETENTION, Duration.ofSeconds(1), Instant::now)) {
            put(before, row(1, JournalState.ACCEPTED, "Q1", IDENT));
            put(before, row(2, JournalState.ACCEPTED, "Q2", NO_IDENT));
            put(before, row(3, JournalState.ACCEPTED, "Q3", NO_IDENT));
            put(before, row(4, JournalState.PREPARED, "Q4", IDENT));
            before.told(new QueueId("Q3"));
        }
        Files.move(folder.resolve("journal-ledger"), folder.resolve("a"));
        fleet.node("a");
        assertThat(attempt("b", 1, IDENT)).isEqualTo(End.SUPPRESSED);
        assertThat(attempt("b", 2, NO_IDENT)).isEqualTo(End.SUPPRESSED);
        assertThat(attempt("b", 3, NO_IDENT)).isEqualTo(End.SENT);
        assertThat(attempt("b", 4, IDENT)).isEqualTo(End.SENT_IN_DOUBT);
    }

    private static void put(Journal journal, JournalEntry row) throws JournalException {
        try (Journal.Claim claim = journal.claim(List.of(row))) {
            claim.prepared(List.of(row));
            claim.settled(List.of(row), false);
        }
    }

    @Test
    void aYoungerProcessOfTheSameNameFencesTheOlderOne() throws Exception {
        TestNode older = fleet.node("a");
        Journal.Claim held = prepare(older, 1);
        TestNode younger = fleet.twin("a");
        Await.until(() -> isFenced(older), () -> "the older one does not know");
        assertThatThrownBy(held::requireHeld).isInstanceOf(JournalException.class);
        assertThatThrownBy(() -> older.claim(List.of(begun(2)))).hasMessageContaining("younger process");
        younger.requireWritable();
        assertThat(fleet.attempt(younger, List.of(key(1)), IDENT).end()).isEqualTo(End.SENT_IN_DOUBT);
        assertThatThrownBy(() -> held.settled(List.of(row(1, JournalState.ACCEPTED, "Q1", IDENT)), true))
                .hasMessageContaining("taken over");
    }

    private static boolean isFenced(TestNode node) {
        try {
            node.requireWritable();
            return false;
        } catch (JournalException e) {
            return String.valueOf(e.getMessage()).contains("younger process");
        }
    }

    /** It does not know yet that it is fenced, and its claim writes nothing. */
    @Test
    void aFencedProcessClaimsNothingBeforeItKnows() throws Exception {
        TestNode older = fleet.node("a", Duration.ofMillis(1500));
        fleet.execute("UPDATE fleet_node SET incarnation = incarnation + 1, started = now()");
        assertThatThrownBy(() -> older.claim(List.of(begun(1)))).isInstanceOf(JournalException.class);
        assertThat(fleet.query("SELECT count(*) FROM fleet_delivery")).isEqualTo("0");
    }

    /** The younger process may be about to send the same copy. */
    @Test
    void aFencedProcessTakesNoRowThatIsThere() throws Exception {
        try (Journal.Claim claim = fleet.node("b").claim(List.of(begun(1)))) {
            JournalEntry row = row(1, JournalState.PREPARED, "Q1", IDENT);
            claim.prepared(List.of(row));
            claim.settled(List.of(row), true);
        }
        TestNode older = fleet.node("a", Duration.ofMillis(1500));
        fleet.execute("UPDATE fleet_node SET incarnation = incarnation + 1, started = now() WHERE name = 'a'");
        assertThatThrownBy(() -> older.claim(List.of(begun(1)))).isInstanceOf(JournalException.class);
        assertThat(fleet.query("SELECT node FROM fleet_delivery")).isEqualTo("null");
    }
}
