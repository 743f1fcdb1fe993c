package org.postseal.gateway.road.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.postseal.gateway.road.journal.JournalContract.IDENT;
import static org.postseal.gateway.road.journal.JournalContract.NOW;
import static org.postseal.gateway.road.journal.JournalContract.begun;
import static org.postseal.gateway.road.journal.JournalContract.entry;

import java.io.IOException;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.concurrent.CountDownLatch;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.gateway.audit.ledger.Ledger;

/** Kills a process whose disk hangs, and reads what it noted. */
@Timeout(120)
class KilledJournalIT {
    private static final Duration RETENTION = Duration.ofDays(6);
    private static final Duration TIME_LIMIT = Duration.ofSeconds(10);
    private static final SuspectKey MESSAGE = SuspectKey.of(HexFormat.of().parseHex("0a".repeat(SuspectKey.OCTETS)));

    @TempDir
    private Path folder;

    @Test
    void whatWasNotedWhileAForceHangsOutlivesTheProcess() throws Exception {
        Path file = folder.resolve("journal.db");
        Process process = new ProcessBuilder(
                        System.getProperty("java.home") + "/bin/java",
                        "-cp",
                        System.getProperty("java.class.path"),
                        Hanging.class.getName(),
                        file.toString())
                .redirectError(ProcessBuilder.Redirect.INHERIT)
                .start();
        try {
            assertThat(process.inputReader().readLine()).isEqualTo("noted");
            assertThatThrownBy(() -> Ledger.open(JournalFile.ledger(file), Ledger.SEGMENT))
                    .hasMessageContaining("is in use by another gateway");
        } finally {
            process.destroyForcibly().waitFor();
        }
        try (Ledger ledger = Ledger.open(JournalFile.ledger(file), Ledger.SEGMENT)) {
            LedgerJournal journal = LedgerJournal.open(ledger, ledger::force, RETENTION, TIME_LIMIT, () -> NOW);
            try (Journal.Claim claim = journal.claim(List.of(begun(1), begun(2)))) {
                assertThat(claim.entries().values())
                        .containsExactlyInAnyOrder(
                                entry(1, JournalState.ACCEPTED, IDENT), entry(2, JournalState.PREPARED, IDENT));
                assertThat(JournalFile.suspects(file)).containsExactly(new Suspect(MESSAGE, 1, 0, NOW));
            }
        }
    }

    /** Forces once, which hangs, and notes what a message notes until it hears of the next hop. */
    static final class Hanging {
        private Hanging() {}

        public static void main(String[] file) throws IOException, InterruptedException {
            Path path = Path.of(file[0]);
            CountDownLatch hangs = new CountDownLatch(1);
            Ledger ledger = Ledger.open(JournalFile.ledger(path), Ledger.SEGMENT, _ -> {
                hangs.countDown();
                sleep();
            });
            LedgerJournal journal = LedgerJournal.open(ledger, ledger::force, RETENTION, TIME_LIMIT, () -> NOW);
            Thread _ = Thread.ofPlatform().start(() -> {
                try {
                    ledger.force();
                } catch (IOException e) {
                    throw new IllegalStateException(e);
                }
            });
            hangs.await();
            Suspects.Answer _ = journal.suspects().enter(MESSAGE);
            Journal.Claim claim = journal.claim(List.of(begun(1), begun(2)));
            claim.prepared(List.of(entry(1, JournalState.PREPARED, IDENT), entry(2, JournalState.PREPARED, IDENT)));
            claim.accepted(List.of(entry(1, JournalState.ACCEPTED, IDENT)));
            System.out.println("noted");
            sleep();
        }

        private static void sleep() {
            try {
                Thread.sleep(Duration.ofHours(1));
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
        }
    }
}
