package org.postseal.gateway.road.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatCode;
import static org.postseal.gateway.road.journal.JournalContract.IDENT;
import static org.postseal.gateway.road.journal.JournalContract.NOW;
import static org.postseal.gateway.road.journal.JournalContract.NO_IDENT;
import static org.postseal.gateway.road.journal.JournalContract.begun;
import static org.postseal.gateway.road.journal.JournalContract.entry;
import static org.postseal.gateway.road.journal.JournalContract.known;
import static org.postseal.gateway.road.journal.JournalContract.put;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.atomic.AtomicBoolean;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.gateway.audit.ledger.Frame;
import org.postseal.gateway.audit.ledger.Ledger;
import org.postseal.gateway.mail.QueueId;

/** Tests races and interrupts between those who use the journal. */
@Timeout(60)
class LedgerJournalFaultsTest {
    private static final Duration RETENTION = Duration.ofDays(6);

    @TempDir
    private Path folder;

    private TestJournal open() throws JournalException {
        return TestJournal.open(folder.resolve("journal.db"), RETENTION, Duration.ofSeconds(10), () -> NOW);
    }

    /** The newer, told row is in a segment of copies, the older one in a segment with an open room. */
    @Test
    void aToldRowIsNotOverruledByAnOlderOneAfterAStart() throws Exception {
        TestJournal journal = open();
        try {
            try (Journal.Claim slow = journal.claim(List.of(begun(9)))) {
                slow.prepared(List.of(entry(9, JournalState.PREPARED, IDENT)));
                put(journal, entry(1, JournalState.PREPARED, NO_IDENT), entry(1, JournalState.ACCEPTED, NO_IDENT));
                fillOneSegment(journal);
                journal.told(new QueueId("Q1"));
                assertThat(known(journal, 1).filter(JournalEntry::isSuppressing))
                        .isEmpty();
                fillOneSegment(journal);
                journal.ledger().force();
                journal.ledger().tidy();
                // The process ends here, while the slow message is on its way.
                journal.close();
                journal = open();
                assertThat(known(journal, 1).filter(JournalEntry::isSuppressing))
                        .as("the same octets again are another message")
                        .isEmpty();
            }
        } finally {
            journal.close();
        }
    }

    private static void fillOneSegment(TestJournal journal) throws IOException {
        int first = journal.ledger().note(Frame.Kind.ROW, filler()).segment();
        while (journal.ledger().note(Frame.Kind.ROW, filler()).segment() == first) {}
    }

    private static byte[] filler() {
        return RowFormat.row(entry(2, JournalState.REFUSED, IDENT));
    }

    /** The message is no longer among those that are not told, and its row does not say so yet. */
    @Test
    void aClaimWaitsUntilTheRowSaysThatThePeerWasTold() throws Exception {
        KnownRows rows = new KnownRows(RETENTION, () -> NOW, 100);
        JournalEntry row = entry(1, JournalState.ACCEPTED, NO_IDENT);
        rows.put(row, new Frame(Frame.Kind.ROW, 1, RowFormat.row(row), 1));
        CountDownLatch begun = new CountDownLatch(1);
        AtomicBoolean isNoted = new AtomicBoolean();
        Thread telling = Thread.ofPlatform()
                .start(() -> rows.told("Q1", _ -> {
                    begun.countDown();
                    try {
                        Thread.sleep(300);
                    } catch (InterruptedException e) {
                        throw new IllegalStateException(e);
                    }
                    isNoted.set(true);
                }));
        begun.await();
        rows.awaitTold("Q1", Duration.ofSeconds(5));
        assertThat(isNoted).isTrue();
        telling.join();
    }

    /** The watch interrupts the thread that asks the journal for one message, and all mail stops. */
    @Test
    void aMessageThatIsGivenUpDoesNotStopTheOthers() throws Exception {
        try (TestJournal journal = open()) {
            put(journal, entry(1, JournalState.PREPARED, IDENT), entry(1, JournalState.ACCEPTED, IDENT));
            put(journal, entry(2, JournalState.PREPARED, IDENT), entry(2, JournalState.ACCEPTED, IDENT));
            journal.ledger().force();
            Thread givenUp = Thread.ofVirtual().start(() -> {
                Thread.currentThread().interrupt();
                try (Journal.Claim _ = journal.claim(List.of(begun(1)))) {
                    // It does not matter what it gets.
                } catch (JournalException e) {
                    // Nor whether it is refused.
                }
            });
            givenUp.join();
            journal.ledger().force();
            assertThat(known(journal, 2)).map(JournalEntry::isSuppressing).contains(true);
            journal.requireWritable();
            assertThatCode(() -> put(journal, entry(3, JournalState.PREPARED, IDENT)))
                    .doesNotThrowAnyException();
        }
    }

    /** The thread that reads replies for everybody waits for the disk, as a late 250 comes while a unit is settled. */
    @Test
    void aLateAcceptanceDoesNotWaitForAForce() throws Exception {
        CountDownLatch isForcing = new CountDownLatch(1);
        CountDownLatch held = new CountDownLatch(1);
        try (Ledger ledger = Ledger.open(folder.resolve("m"), 64 << 10)) {
            LedgerJournal journal = LedgerJournal.open(
                    ledger,
                    () -> {
                        isForcing.countDown();
                        try {
                            held.await();
                        } catch (InterruptedException e) {
                            throw new IOException(e);
                        }
                        ledger.force();
                    },
                    RETENTION,
                    Duration.ofSeconds(10),
                    () -> NOW);
            try (Journal.Claim claim = journal.claim(List.of(begun(1)))) {
                claim.prepared(List.of(entry(1, JournalState.PREPARED, IDENT)));
                Thread session = Thread.ofPlatform().start(() -> {
                    try {
                        claim.settled(List.of(entry(1, JournalState.PREPARED, IDENT)), false);
                    } catch (JournalException e) {
                        throw new IllegalStateException(e);
                    }
                });
                isForcing.await();
                Thread netty = Thread.ofPlatform()
                        .start(() -> claim.accepted(List.of(entry(1, JournalState.ACCEPTED, IDENT))));
                boolean isNoted = netty.join(Duration.ofSeconds(2));
                held.countDown();
                session.join();
                netty.join();
                assertThat(isNoted).as("noted while the force hung").isTrue();
            }
        }
    }
}
