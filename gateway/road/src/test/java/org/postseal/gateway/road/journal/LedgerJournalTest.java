package org.postseal.gateway.road.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.postseal.gateway.road.journal.JournalContract.begun;
import static org.postseal.gateway.road.journal.JournalContract.entry;
import static org.postseal.gateway.road.journal.JournalContract.key;
import static org.postseal.gateway.road.journal.JournalContract.known;
import static org.postseal.gateway.road.journal.JournalContract.put;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicReference;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.gateway.audit.ledger.Ledger;
import org.postseal.gateway.mail.QueueId;

@Timeout(60)
class LedgerJournalTest implements JournalContract {
    private static final List<JournalState> STATES = List.of(JournalState.values());
    private static final Duration RETENTION = Duration.ofDays(6);

    @TempDir
    private Path folder;

    @Test
    void whatTheNextHopSaidHasRoomWhenNothingElseHas() throws IOException {
        try (TestJournal journal = open()) {
            try (Journal.Claim claim = journal.claim(List.of(begun(1)))) {
                claim.prepared(List.of(entry(1, JournalState.PREPARED, IDENT)));
                Path aside = folder.resolve("aside");
                Files.move(JournalFile.ledger(file()), aside);
                Files.createFile(JournalFile.ledger(file()));
                int others = fill(journal);
                assertThat(others).as("rows until the segment is full").isPositive();
                assertThatThrownBy(journal::requireWritable).isInstanceOf(JournalException.class);
                claim.accepted(List.of(entry(1, JournalState.ACCEPTED, IDENT)));
                claim.settled(List.of(entry(1, JournalState.ACCEPTED, IDENT)), true);
                Files.delete(JournalFile.ledger(file()));
                Files.move(aside, JournalFile.ledger(file()));
            }
        }
        try (TestJournal again = open()) {
            assertThat(known(again, 1)).contains(entry(1, JournalState.ACCEPTED, IDENT));
            put(again, entry(2, JournalState.PREPARED, IDENT), entry(2, JournalState.ACCEPTED, IDENT));
        }
    }

    /** A reply is as long as the next hop likes, and may be heard more often than once. */
    @Test
    void whatFindsNoRoomIsKeptInMemoryAndNotedLater() throws JournalException {
        try (TestJournal journal = open()) {
            try (Journal.Claim claim = journal.claim(List.of(begun(1)))) {
                claim.prepared(List.of(entry(1, JournalState.PREPARED, IDENT)));
                claim.accepted(List.of(accepted("250 " + "1".repeat(1020))));
                claim.accepted(List.of(accepted("250 " + "2".repeat(1020))));
                assertThat(noted()).as("there is room for two").isEqualTo("250 " + "2".repeat(1020));
                claim.accepted(List.of(accepted("250 " + "3".repeat(1020))));
                assertThat(noted()).as("and not for three").isEqualTo("250 " + "2".repeat(1020));
            }
            assertThat(known(journal, 1)).map(JournalEntry::reply).contains("250 " + "3".repeat(1020));
            assertThat(noted()).isEqualTo("250 " + "3".repeat(1020));
        }
    }

    private static JournalEntry accepted(String reply) {
        JournalEntry row = entry(1, JournalState.ACCEPTED, IDENT);
        return new JournalEntry(
                row.key(),
                row.state(),
                row.queueId(),
                row.upstreamId(),
                row.recipient(),
                row.unit(),
                reply,
                row.told(),
                row.doubts(),
                row.at());
    }

    private String noted() throws JournalException {
        return JournalFile.show(file(), "Q1").getFirst().reply();
    }

    /** Prepares other messages until no segment can be made, and returns how many. */
    private static int fill(TestJournal journal) {
        for (int number = 100; ; number++) {
            try {
                put(journal, entry(number, JournalState.PREPARED, IDENT));
            } catch (JournalException full) {
                return number - 100;
            }
        }
    }

    @Test
    void aFileOfSuspectsFromBeforeIsRemoved() throws IOException {
        Path before = Files.createFile(folder.resolve(file().getFileName() + "-suspects"));
        open().close();
        assertThat(before).doesNotExist();
    }

    @Test
    void aRowWithoutAnIdentSuppressesForAnHourAndIsThenInDoubt() throws JournalException {
        AtomicReference<Instant> now = new AtomicReference<>(NOW);
        try (TestJournal journal = TestJournal.open(file(), RETENTION, Duration.ofSeconds(10), () -> now.get())) {
            put(
                    journal,
                    entry(1, JournalState.PREPARED, Optional.empty()),
                    entry(1, JournalState.ACCEPTED, Optional.empty()));
            now.set(NOW.plus(Duration.ofMinutes(59)));
            assertThat(known(journal, 1).orElseThrow().isSuppressing()).isTrue();
            now.set(NOW.plus(Duration.ofMinutes(61)));
            assertThat(known(journal, 1)).hasValueSatisfying(row -> {
                assertThat(row.isSuppressing()).isFalse();
                assertThat(row.isInDoubt()).isTrue();
            });
            now.set(NOW.plus(RETENTION).plusSeconds(1));
            assertThat(known(journal, 1)).isEmpty();
        }
    }

    @Test
    void aClockThatIsSetBackMakesARowWithoutAnIdentSuppressNoLonger() throws JournalException {
        AtomicReference<Instant> now = new AtomicReference<>(NOW);
        try (TestJournal journal = TestJournal.open(file(), RETENTION, Duration.ofSeconds(10), () -> now.get())) {
            put(journal, entry(1, JournalState.PREPARED, NO_IDENT), entry(1, JournalState.ACCEPTED, NO_IDENT));
            put(journal, entry(2, JournalState.PREPARED, IDENT), entry(2, JournalState.ACCEPTED, IDENT));
            put(journal, rowAt(3, NOW));
            now.set(NOW.minus(Duration.ofMinutes(59)));
            assertThat(known(journal, 1).orElseThrow().isSuppressing()).isTrue();
            now.set(NOW.minus(Duration.ofMinutes(61)));
            assertThat(known(journal, 1).orElseThrow().isInDoubt()).isTrue();
            assertThat(known(journal, 2).orElseThrow().isSuppressing()).isTrue();
            assertThat(inDoubt()).as("it is on its way").isEmpty();
        }
        try (TestJournal again = TestJournal.open(file(), RETENTION, Duration.ofSeconds(10), () -> now.get())) {
            assertThat(inDoubt()).as("the process ended meanwhile").containsExactly(3);
            put(again, rowAt(4, now.get()));
            assertThat(inDoubt()).containsExactly(3);
        }
    }

    private List<Integer> inDoubt() throws JournalException {
        return JournalFile.list(
                        file(), new JournalFile.Filter(Optional.empty(), Optional.empty(), true, Optional.empty(), 10))
                .stream()
                .map(JournalEntry::unit)
                .toList();
    }

    /** A row that is about to be sent has no reply. */
    private static JournalEntry rowAt(int number, Instant at) {
        return new JournalEntry(
                key(number),
                JournalState.PREPARED,
                "Q" + number,
                IDENT,
                "r" + number + "@example.com",
                number,
                "",
                Optional.empty(),
                0,
                at);
    }

    @Test
    void aPeerThatIsSilentForLongAndThenSpeaksHasOurReply() throws JournalException {
        AtomicReference<Instant> now = new AtomicReference<>(NOW);
        try (TestJournal journal = TestJournal.open(file(), RETENTION, Duration.ofSeconds(10), () -> now.get())) {
            put(journal, entry(1, JournalState.PREPARED, NO_IDENT), entry(1, JournalState.ACCEPTED, NO_IDENT));
            now.set(NOW.plus(Duration.ofMinutes(61)));
            journal.told(new QueueId("Q1"));
            assertThat(known(journal, 1).filter(JournalEntry::isInDoubt)).isEmpty();
        }
    }

    /** Rows move from segment to segment while others come and go, and stay what they are. */
    @ParameterizedTest
    @ValueSource(booleans = {false, true})
    void rowsOutliveTheirSegments(boolean isRestarted) throws IOException {
        Random random = new Random(7);
        Map<Integer, JournalState> expected = new HashMap<>();
        TestJournal journal = open();
        try {
            for (int round = 0; round < 3000; round++) {
                int number = random.nextInt(300);
                JournalState end = STATES.get(random.nextInt(STATES.size()));
                if (end == JournalState.PREPARED) {
                    put(journal, entry(number, JournalState.PREPARED, IDENT));
                } else {
                    put(journal, entry(number, JournalState.PREPARED, IDENT), entry(number, end, IDENT));
                }
                expected.put(number, end);
                if (journal.ledger().isUntidy()) {
                    journal.ledger().tidy();
                }
                if (isRestarted && random.nextInt(200) == 0) {
                    journal.close();
                    journal = open();
                }
            }
            for (int number : expected.keySet()) {
                JournalState end = expected.get(number);
                // A refusal is only a record, which need not be kept.
                assertThat(known(journal, number).map(JournalEntry::state).orElse(JournalState.REFUSED))
                        .as("row %d", number)
                        .isEqualTo(end);
            }
            try (Stream<Path> files = Files.list(JournalFile.ledger(file()))) {
                assertThat(files.count()).as("segments").isLessThan(12);
            }
        } finally {
            journal.close();
        }
    }

    /** A peer that quits and sends the same octets again at once has sent another message. */
    @Test
    void aClaimWaitsForAPeerThatIsAboutToBeTold() throws Exception {
        try (TestJournal journal = open()) {
            put(journal, entry(1, JournalState.PREPARED, NO_IDENT), entry(1, JournalState.ACCEPTED, NO_IDENT));
            CompletableFuture<Optional<JournalEntry>> second = CompletableFuture.supplyAsync(() -> {
                try {
                    return known(journal, 1);
                } catch (JournalException e) {
                    throw new IllegalStateException(e);
                }
            });
            // The claim overtakes what the session says, and waits for it.
            Thread.sleep(200);
            journal.told(new QueueId("Q1"));
            assertThat(second.get().filter(JournalEntry::isSuppressing)).isEmpty();
        }
        try (TestJournal again = open()) {
            put(again, entry(2, JournalState.PREPARED, NO_IDENT), entry(2, JournalState.ACCEPTED, NO_IDENT));
            assertThat(known(again, 2))
                    .as("a retry, of which nobody hears within a second")
                    .map(JournalEntry::isSuppressing)
                    .contains(true);
        }
    }

    @Test
    void whatWasToldStaysToldWhenItsSegmentGoes() throws IOException {
        try (TestJournal journal = open()) {
            put(
                    journal,
                    entry(1, JournalState.PREPARED, Optional.empty()),
                    entry(1, JournalState.ACCEPTED, Optional.empty()));
            journal.told(new QueueId("Q1"));
            for (int round = 0; round < 1000; round++) {
                put(journal, entry(2, JournalState.PREPARED, IDENT), entry(2, JournalState.REFUSED, IDENT));
                if (journal.ledger().isUntidy()) {
                    journal.ledger().tidy();
                }
            }
        }
        try (TestJournal again = open()) {
            assertThat(known(again, 1)).isEmpty();
        }
    }

    @Test
    void anOldCopyOfTheLedgerSuppressesNothing() throws IOException {
        try (TestJournal journal = open()) {
            put(journal, entry(1, JournalState.PREPARED, IDENT), entry(1, JournalState.ACCEPTED, IDENT));
        }
        for (boolean isDoubted : List.of(true, false)) {
            try (Ledger ledger = Ledger.open(JournalFile.ledger(file()), 64 << 10)) {
                if (isDoubted) {
                    ledger.doubt();
                }
                LedgerJournal journal =
                        LedgerJournal.open(ledger, ledger::force, RETENTION, Duration.ofSeconds(1), () -> NOW);
                try (Journal.Claim claim = journal.claim(List.of(begun(1)))) {
                    assertThat(claim.entries().get(key(1))).satisfies(row -> {
                        assertThat(row.isSuppressing()).isFalse();
                        assertThat(row.isInDoubt()).isTrue();
                    });
                }
            }
        }
    }

    @Test
    void readingFiltersAndMakesNothing() throws IOException {
        assertThatThrownBy(() -> JournalFile.faults(file()))
                .isInstanceOf(JournalException.class)
                .hasMessageContaining("there is no journal yet");
        assertThat(JournalFile.ledger(file())).doesNotExist();
        try (TestJournal journal = open()) {
            put(journal, entry(1, JournalState.PREPARED, IDENT));
            put(journal, entry(2, JournalState.ACCEPTED, Optional.empty()));
            assertThat(list(Optional.of("R1@example.com"), Optional.empty(), Optional.empty()))
                    .containsExactly(1);
            assertThat(list(Optional.empty(), Optional.of(JournalState.ACCEPTED), Optional.empty()))
                    .containsExactly(2);
            assertThat(list(Optional.empty(), Optional.empty(), Optional.of(NOW)))
                    .containsExactly(1, 2);
            assertThat(list(Optional.empty(), Optional.empty(), Optional.of(NOW.plusMillis(1))))
                    .isEmpty();
            assertThat(JournalFile.show(file(), "Q2")).hasSize(1);
            assertThat(JournalFile.show(file(), "4UP")).hasSize(1);
            assertThat(JournalFile.show(file(), key(1).hex().substring(0, 64))).hasSize(1);
            assertThat(JournalFile.show(file(), "%")).isEmpty();
        }
    }

    private List<Integer> list(Optional<String> recipient, Optional<JournalState> state, Optional<Instant> since)
            throws JournalException {
        return JournalFile.list(file(), new JournalFile.Filter(recipient, state, since, 10)).stream()
                .map(JournalEntry::unit)
                .sorted()
                .toList();
    }

    @Override
    public TestJournal open(Duration timeLimit) throws JournalException {
        return TestJournal.open(file(), RETENTION, timeLimit, () -> NOW);
    }

    private TestJournal open() throws JournalException {
        return open(Duration.ofSeconds(10));
    }

    private Path file() {
        return folder.resolve("journal.db");
    }
}
