package org.postseal.gateway.road.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.postseal.gateway.road.fleet.TestFleet.key;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postseal.certstore.MailAddress;
import org.postseal.certstore.database.PostgresServer;
import org.postseal.gateway.mail.Envelope;
import org.postseal.gateway.mail.Intake;
import org.postseal.gateway.mail.MailParameters;
import org.postseal.gateway.mail.Peer;
import org.postseal.gateway.mail.QueueId;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.mail.Recipient;
import org.postseal.gateway.mail.ReversePath;
import org.postseal.gateway.road.fleet.Membership.Lease;
import org.postseal.gateway.road.fleet.TestFleet.End;
import org.postseal.gateway.road.fleet.TestFleet.Ended;
import org.postseal.gateway.road.journal.Journal;
import org.postseal.gateway.road.journal.JournalContract;
import org.postseal.gateway.road.journal.JournalEntry;
import org.postseal.gateway.road.journal.JournalException;
import org.postseal.gateway.road.journal.JournalKey;
import org.postseal.gateway.road.journal.JournalKeys;
import org.postseal.gateway.road.journal.JournalState;
import org.postseal.gateway.road.journal.Upstream;

/** Tests the journal of one node, and what nodes know of each other while all is well. */
@Timeout(60)
class FleetJournalTest implements JournalContract {
    @TempDir
    private Path folder;

    private final String url = PostgresServer.shared().newDatabase();
    private final List<TestNode> opened = new ArrayList<>();
    private TestFleet fleet;

    @BeforeEach
    void start() {
        fleet = new TestFleet(url, folder, Lease.DEFAULT);
    }

    @AfterEach
    void stop() {
        fleet.close();
        opened.forEach(TestNode::close);
    }

    @Override
    public Journal open(Duration timeLimit) throws JournalException {
        TestNode node = TestNode.start(url, folder, "a", Lease.DEFAULT, timeLimit);
        opened.add(node);
        return node;
    }

    @Test
    void aRetryAtAnotherNodeIsSuppressed() throws JournalException {
        assertThat(attempt("a", 1, IDENT)).isEqualTo(End.SENT);
        assertThat(attempt("b", 1, IDENT)).isEqualTo(End.SUPPRESSED);
        assertThat(attempt("c", 1, IDENT)).isEqualTo(End.SUPPRESSED);
        assertThat(fleet.copies(key(1))).isEqualTo(1);
    }

    @Test
    void withoutAnIdentUntilThePeerIsToldByWhateverNode() throws Exception {
        assertThat(attempt("a", 1, NO_IDENT)).isEqualTo(End.SENT);
        Ended retry = fleet.attempt(fleet.node("b"), List.of(key(1)), NO_IDENT);
        assertThat(retry.end()).isEqualTo(End.SUPPRESSED);
        fleet.node("b").told(retry.queueId());
        assertThat(attempt("a", 1, NO_IDENT))
                .as("another message with the same octets")
                .isEqualTo(End.SENT);
    }

    /** A peer quits at one node, and sends the same octets again at once at the other. */
    @ParameterizedTest
    @CsvSource({"a,a", "a,b"})
    void aClaimWaitsForAPeerThatIsAboutToBeTold(String first, String second) throws Exception {
        Ended sent = fleet.attempt(fleet.node(first), List.of(key(1)), NO_IDENT);
        Future<End> again = TestFleet.async(() -> attempt(second, 1, NO_IDENT));
        Thread.sleep(200);
        fleet.node(first).told(sent.queueId());
        assertThat(again.get()).isEqualTo(End.SENT);
    }

    @Test
    void aRowThatAnotherNodeHoldsIsWaitedFor() throws Exception {
        Journal.Claim held = fleet.node("a").claim(List.of(JournalContract.begun(1)));
        Future<End> other = TestFleet.async(() ->
                fleet.attempt(fleet.node("b"), List.of(key(1), key(2)), IDENT).end());
        Thread.sleep(300);
        assertThat(other.isDone()).isFalse();
        assertThat(attempt("c", 2, IDENT)).as("who waits holds nothing").isEqualTo(End.SENT);
        held.close();
        assertThat(other.get(5, TimeUnit.SECONDS)).isEqualTo(End.SENT);
        assertThat(fleet.copies(key(2))).isEqualTo(1);
    }

    @Test
    void butNotForLongerThanTheTimeLimitOfTheOtherNode() throws Exception {
        try (Journal.Claim _ = fleet.node("a").claim(List.of(JournalContract.begun(1)))) {
            TestNode b = fleet.node("b", Duration.ofSeconds(2));
            assertThatThrownBy(() -> b.claim(List.of(JournalContract.begun(1))))
                    .isInstanceOf(JournalException.class)
                    .hasMessage("the same message is still on its way at node a, tried for 2000 ms");
        }
    }

    @Test
    void whatWasNotSentLeavesNothing() throws Exception {
        fleet.node("a")
                .claim(List.of(JournalContract.begun(1), JournalContract.begun(2)))
                .close();
        assertThat(attempt("b", 1, IDENT)).isEqualTo(End.SENT);
        assertThat(fleet.query("SELECT count(*) FROM fleet_delivery")).isEqualTo("1");
    }

    @Test
    void whatWasRefusedLeavesNothing() throws Exception {
        TestNode a = fleet.node("a");
        QueueId queueId = new QueueId("Q1");
        try (Journal.Claim claim = a.claim(List.of(JournalContract.begun(1)))) {
            claim.prepared(List.of(JournalContract.begun(1)));
            claim.settled(
                    List.of(TestFleet.row(key(1), JournalState.REFUSED, queueId, IDENT, "550 5.1.1 unknown", 0)), true);
        }
        assertThat(fleet.query("SELECT count(*) FROM fleet_delivery")).isEqualTo("0");
    }

    /** Its reply was not one, so that the next hop may have the message: the next attempt says so, wherever it is. */
    @Test
    void aDoubtIsCountedAtTheOtherNode() throws Exception {
        try (Journal.Claim claim = fleet.node("a").claim(List.of(JournalContract.begun(1)))) {
            JournalEntry row =
                    TestFleet.row(key(1), JournalState.PREPARED, new QueueId("Q1"), IDENT, "451 4.4.2 broke off", 0);
            claim.prepared(List.of(row));
            claim.settled(List.of(row), true);
        }
        try (Journal.Claim claim = fleet.node("b").claim(List.of(JournalContract.begun(1)))) {
            assertThat(claim.entries().get(key(1))).satisfies(row -> {
                assertThat(row.isInDoubt()).isTrue();
                assertThat(row.reply()).isEqualTo("451 4.4.2 broke off");
            });
        }
        assertThat(attempt("c", 1, IDENT)).isEqualTo(End.SENT_IN_DOUBT);
        assertThat(fleet.doubtsOf(key(1))).isEqualTo(1);
        assertThat(attempt("a", 1, IDENT)).isEqualTo(End.SUPPRESSED);
    }

    /** Two servers with queues of their own come over two loopbacks, and the first one's reply is cut. */
    @ParameterizedTest
    @CsvSource({"mta-a,mta-b,SENT", "mta-a,mta-a,SUPPRESSED"})
    void upstreamsAreToldApartByTheirNames(String first, String second, End expected) throws Exception {
        List<JournalKey> here = keys(first);
        List<JournalKey> there = keys(second);
        assertThat(fleet.attempt(fleet.node("a"), here, NO_IDENT).end()).isEqualTo(End.SENT);
        assertThat(fleet.attempt(fleet.node("b"), there, NO_IDENT).end()).isEqualTo(expected);
    }

    private static List<JournalKey> keys(String upstream) throws Exception {
        RawMessage message = RawMessage.of("Message-ID: <1@example.com>\r\nSubject: disk is full\r\n\r\nhelp\r\n"
                .getBytes(StandardCharsets.US_ASCII));
        Envelope envelope = new Envelope(
                new QueueId("Q1"),
                new ReversePath.Mailbox(MailAddress.of("cron@example.com")),
                List.of(Recipient.of(MailAddress.of("root@example.net"))),
                MailParameters.NONE,
                new Peer(
                        new InetSocketAddress(InetAddress.getLoopbackAddress(), 12345),
                        new Peer.Greeting("mx", true),
                        new Peer.Listener(Peer.Protocol.SMTP, Peer.Role.BOTH),
                        true),
                Instant.now(),
                Intake.now());
        return JournalKeys.of(new Upstream.Named(upstream, Peer.Role.BOTH), Optional.empty(), envelope, message)
                .current();
    }

    @Test
    void toldRowsGoAfterAnHourAndOthersAfterRetention() throws Exception {
        TestNode a = fleet.node("a");
        Ended told = fleet.attempt(a, List.of(key(1)), IDENT);
        a.told(told.queueId());
        Ended untold = fleet.attempt(a, List.of(key(2)), IDENT);
        assertThat(untold.end()).isEqualTo(End.SENT);
        String age = "UPDATE fleet_delivery SET taken = taken - INTERVAL '%s', told = told - INTERVAL '%s'";
        fleet.execute(age.formatted("59 minutes", "59 minutes"));
        assertThat(removed()).isEqualTo(0);
        fleet.execute(age.formatted("2 minutes", "2 minutes"));
        assertThat(removed()).isEqualTo(1);
        Ended retry = fleet.attempt(fleet.node("b"), List.of(key(2)), IDENT);
        assertThat(retry.end()).isEqualTo(End.SUPPRESSED);
        // The other node writes its queue id into the row, and a row that is locked meanwhile is not removed.
        fleet.await("SELECT queue_id FROM fleet_delivery", retry.queueId().text());
        fleet.execute(age.formatted("6 days", "6 days"));
        assertThat(removed()).isEqualTo(1);
        assertThat(attempt("b", 2, IDENT)).isEqualTo(End.SENT);
    }

    @Test
    void manyRowsAreRemovedInBatches() throws Exception {
        fleet.node("a");
        fleet.execute("""
                INSERT INTO fleet_delivery (key, taken, at, told, unit, doubts, state, queue_id, recipient, reply)
                SELECT sha256(n::text::bytea), now() - INTERVAL '2 hours', 0,
                    CASE WHEN n % 10 > 0 THEN now() - INTERVAL '90 minutes' END, 1, 0, 'accepted', 'Q', 'r', '250'
                FROM generate_series(1, 10000) AS n""");
        List<Integer> batches = new ArrayList<>();
        for (int count = removed(); count > 0; count = removed()) {
            batches.add(count);
        }
        assertThat(batches).hasSize(9).containsOnly(1000);
        assertThat(fleet.query("SELECT count(*) FROM fleet_delivery")).isEqualTo("1000");
    }

    /** Server and node would each wait for the other to read if all of it went together. */
    @Test
    void thousandsOfRowsAreWrittenAtOnce() throws Exception {
        fleet.node("none");
        int count = 3000;
        List<JournalEntry> rows = IntStream.range(0, count)
                .mapToObj(number ->
                        TestFleet.row(key(number), JournalState.ACCEPTED, new QueueId("Q1"), IDENT, "250 2.0.0 Ok", 0))
                .toList();
        Map<Change.Kind, Set<JournalKey>> written = TestFleet.onTable(url, (table, sql) -> {
            DeliveryRows.Committed _ = table.commit(sql, List.of(new DeliveryRows.Wanted(rows, false)), List.of());
            return table.commit(
                            sql,
                            List.of(),
                            rows.stream()
                                    .flatMap(row -> Stream.of(
                                            new Change(Change.Kind.OUTCOME, row), new Change(Change.Kind.TELL, row)))
                                    .toList())
                    .changed();
        });
        assertThat(written).containsOnlyKeys(Change.Kind.OUTCOME, Change.Kind.TELL);
        assertThat(written.values()).allSatisfy(keys -> assertThat(keys).hasSize(count));
        assertThat(fleet.query("SELECT count(*) FROM fleet_delivery WHERE state = 'accepted' AND told IS NOT NULL"))
                .isEqualTo("3000");
    }

    private int removed() throws Exception {
        return TestFleet.onTable(url, (table, sql) -> {
            DeliveryRows.begin(sql);
            return table.removeOld(sql);
        });
    }

    @Test
    void aRowWithoutAnIdentSuppressesForAnHourAndIsThenInDoubt() throws Exception {
        assertThat(attempt("a", 1, NO_IDENT)).isEqualTo(End.SENT);
        fleet.execute("UPDATE fleet_delivery SET taken = taken - INTERVAL '59 minutes'");
        assertThat(attempt("b", 1, NO_IDENT)).isEqualTo(End.SUPPRESSED);
        fleet.execute("UPDATE fleet_delivery SET taken = taken - INTERVAL '2 minutes'");
        assertThat(attempt("b", 1, NO_IDENT)).isEqualTo(End.SENT_IN_DOUBT);
    }

    @Test
    void butNotForLongerWhenTheClockOfTheDatabaseIsSetBack() throws Exception {
        assertThat(attempt("a", 1, NO_IDENT)).isEqualTo(End.SENT);
        fleet.execute("UPDATE fleet_delivery SET taken = taken + INTERVAL '1 day'");
        assertThat(attempt("b", 1, NO_IDENT)).isEqualTo(End.SENT_IN_DOUBT);
    }

    private End attempt(String node, int number, Optional<String> ident) throws JournalException {
        return fleet.attempt(fleet.node(node), List.of(key(number)), ident).end();
    }
}
