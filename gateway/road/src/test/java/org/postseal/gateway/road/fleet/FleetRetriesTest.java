package org.postseal.gateway.road.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.postseal.gateway.road.fleet.TestFleet.key;

import java.nio.file.Path;
import java.sql.SQLException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postseal.certstore.database.PostgresServer;
import org.postseal.gateway.road.fleet.Membership.Lease;
import org.postseal.gateway.road.fleet.TestFleet.Ended;
import org.postseal.gateway.road.journal.JournalEntry;
import org.postseal.gateway.road.journal.JournalException;
import org.postseal.gateway.road.journal.JournalKey;
import org.postseal.gateway.road.journal.JournalState;

/**
 * Tests what many senders get whose replies are lost, and who come again at other nodes: every recipient has a copy,
 * and only one of whom that is on record as a doubt has two.
 */
@Timeout(180)
class FleetRetriesTest {
    private static final List<String> NODES = List.of("a", "b", "c");
    private static final Lease LEASE = new Lease(Duration.ofSeconds(10), Duration.ofMinutes(10));
    private static final int RECIPIENTS = 3;

    @TempDir
    private Path folder;

    private final AtomicInteger deferred = new AtomicInteger();

    /** The table of measurements before the fleet: 200 messages to 3 recipients, whose first replies are all cut. */
    @ParameterizedTest
    @CsvSource({"true,other", "true,random", "false,other"})
    void retriesAreSuppressedAtEveryNode(boolean hasIdent, String retryAt) throws Exception {
        try (TestFleet fleet = new TestFleet(PostgresServer.shared().newDatabase(), folder, LEASE)) {
            int messages = hasIdent ? 200 : 40;
            send(messages, number -> {
                String first = NODES.get(number % 2);
                String second = retryAt.equals("other") ? NODES.get((number + 1) % 2) : random(number);
                Ended _ = delivered(fleet, first, number, hasIdent);
                assertThat(delivered(fleet, second, number, hasIdent).end()).isEqualTo(TestFleet.End.SUPPRESSED);
            });
            assertThat(copies(fleet, messages)).containsOnly(1);
        }
    }

    /** The peer gives up and comes again at another node while the first one still sends. */
    @Test
    void twoNodesNeverSendAtOnce() throws Exception {
        try (TestFleet fleet = new TestFleet(PostgresServer.shared().newDatabase(), folder, LEASE)) {
            send(200, number -> {
                Ended _ = delivered(fleet, NODES.get(number % 3), number / 2, true);
            });
            assertThat(copies(fleet, 100)).containsOnly(1);
        }
    }

    @Test
    void nothingIsLostAndNoCopyIsUnrecordedWhenNodesAreKilled() throws Exception {
        try (TestFleet fleet = new TestFleet(PostgresServer.shared().newDatabase(), folder, LEASE);
                ExecutorService killing = Executors.newVirtualThreadPerTaskExecutor()) {
            for (String name : NODES) {
                fleet.node(name);
            }
            fleet.answerAfter(Duration.ofMillis(5));
            AtomicInteger kills = new AtomicInteger();
            AtomicInteger done = new AtomicInteger();
            Future<?> killer = killing.submit(() -> {
                Random random = new Random(5);
                while (!Thread.currentThread().isInterrupted()) {
                    // Counted by what was done, there are as many kills on a fast machine as on a busy one.
                    int before = done.get();
                    do {
                        Thread.sleep(5);
                    } while (done.get() < before + 60);
                    fleet.kill(NODES.get(random.nextInt(NODES.size())));
                    kills.incrementAndGet();
                }
                return kills;
            });
            send(600, number -> {
                Random random = new Random(number);
                while (true) {
                    Ended _ = delivered(fleet, NODES.get(random.nextInt(NODES.size())), number, true);
                    done.incrementAndGet();
                    // The peer does not always read our 250.
                    if (random.nextInt(3) > 0) {
                        return;
                    }
                }
            });
            killer.cancel(true);
            for (int recipient = 0; recipient < 600 * RECIPIENTS; recipient++) {
                int copies = fleet.copies(key(recipient));
                assertThat(copies).as("recipient %d", recipient).isPositive();
                assertThat(fleet.doubtsOf(key(recipient)))
                        .as("doubts of recipient %d, who has %d copies", recipient, copies)
                        .isGreaterThanOrEqualTo(copies - 1);
            }
            assertThat(kills.get()).as("kills").isGreaterThan(5);
        }
    }

    /** Messages with recipients in common, in any order, at three nodes at once: nobody waits in a circle. */
    @Test
    void noTwoNodesWaitForEachOther() throws Exception {
        // The server finds a circle before anybody gives up the wait.
        try (PostgresServer server = PostgresServer.start("fsync=off", "deadlock_timeout=10ms")) {
            String url = server.newDatabase();
            try (TestFleet fleet = new TestFleet(url, folder, LEASE)) {
                for (String name : NODES) {
                    fleet.node(name);
                }
                send(300, number -> {
                    Random random = new Random(number);
                    List<JournalKey> recipients = IntStream.range(0, 5)
                            .mapToObj(_ -> key(random.nextInt(40)))
                            .distinct()
                            .toList();
                    Ended ended = delivered(fleet, random(number), recipients, Optional.empty());
                    fleet.node(random(number)).told(ended.queueId());
                });
                Ended one = delivered(fleet, "a", List.of(key(100)), Optional.of("4UP"));
                Ended two = delivered(fleet, "b", List.of(key(101)), Optional.of("4UP"));
                Future<Integer> other = TestFleet.async(() -> suppressesAndTells(url, 100, one, 101, two));
                assertThat(suppressesAndTells(url, 101, two, 100, one)).isEqualTo(other.get());
                assertThat(fleet.query("SELECT deadlocks FROM pg_stat_database WHERE datname = current_database()"))
                        .isEqualTo("0");
            }
        }
    }

    /** Changes two rows that nobody holds, as a node does that hears of retries and of QUITs. */
    private static int suppressesAndTells(String url, int suppressed, Ended ended, int told, Ended other)
            throws SQLException {
        List<Change> changes = new ArrayList<>();
        changes.add(new Change(Change.Kind.SUPPRESS, accepted(suppressed, ended)));
        // Rows that are gone let the other node begin before this one goes on.
        IntStream.range(200, 500).forEach(gone -> changes.add(new Change(Change.Kind.SUPPRESS, accepted(gone, ended))));
        changes.add(new Change(Change.Kind.TELL, accepted(told, other)));
        return TestFleet.onTable(url, (rows, sql) -> {
            int batches = 0;
            while (batches < 200) {
                var _ = rows.commit(sql, List.of(), changes);
                batches++;
            }
            return batches;
        });
    }

    private static JournalEntry accepted(int number, Ended ended) {
        return TestFleet.row(key(number), JournalState.ACCEPTED, ended.queueId(), Optional.of("4UP"), "", 0);
    }

    private static String random(int number) {
        return NODES.get(new Random(number).nextInt(NODES.size()));
    }

    private Ended delivered(TestFleet fleet, String node, int number, boolean hasIdent) throws Exception {
        List<JournalKey> recipients = IntStream.range(0, RECIPIENTS)
                .mapToObj(recipient -> key(number * RECIPIENTS + recipient))
                .toList();
        return delivered(fleet, node, recipients, hasIdent ? Optional.of("4UP" + number) : Optional.empty());
    }

    /** Comes again after each 451. */
    private Ended delivered(TestFleet fleet, String node, List<JournalKey> recipients, Optional<String> ident)
            throws Exception {
        while (true) {
            try {
                return fleet.attempt(fleet.node(node), recipients, ident);
            } catch (JournalException e) {
                deferred.incrementAndGet();
                Thread.sleep(20);
            }
        }
    }

    private static List<Integer> copies(TestFleet fleet, int messages) {
        return IntStream.range(0, messages * RECIPIENTS)
                .mapToObj(recipient -> fleet.copies(key(recipient)))
                .toList();
    }

    private interface Message {
        void send(int number) throws Exception;
    }

    /** Lets 16 senders send these messages. */
    private static void send(int messages, Message message) throws Exception {
        AtomicInteger next = new AtomicInteger();
        List<Future<?>> senders = new ArrayList<>();
        try (ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            for (int sender = 0; sender < 16; sender++) {
                senders.add(threads.submit(() -> {
                    for (int number = next.getAndIncrement(); number < messages; number = next.getAndIncrement()) {
                        message.send(number);
                    }
                    return sent();
                }));
            }
        }
        for (Future<?> sender : senders) {
            var _ = sender.get();
        }
    }

    private static boolean sent() {
        return true;
    }
}
