package org.postseal.gateway.road.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.postseal.gateway.road.journal.JournalContract.entry;
import static org.postseal.gateway.road.journal.JournalContract.key;
import static org.postseal.gateway.road.journal.JournalContract.known;
import static org.postseal.gateway.road.journal.JournalContract.put;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.gateway.mail.QueueId;

@Timeout(60)
class SqliteJournalTest implements JournalContract {
    private static final Duration RETENTION = Duration.ofDays(6);

    @TempDir
    private Path folder;

    @Test
    void tryingWhetherItCanBeWrittenLeavesNothing() throws JournalException {
        try (SqliteJournal journal = open()) {
            put(journal, entry(1, JournalState.PREPARED, IDENT));
            journal.requireWritable();
        }
        assertThat(JournalFile.list(
                        file(), new JournalFile.Filter(Optional.empty(), Optional.empty(), Optional.empty(), 10)))
                .containsExactly(entry(1, JournalState.PREPARED, IDENT));
    }

    @Test
    void whatCannotBeWrittenIsSaid() throws IOException {
        try (SqliteJournal journal = open()) {
            Files.delete(file());
            Files.createDirectory(file());
            assertThatThrownBy(journal::requireWritable).isInstanceOf(JournalException.class);
        }
    }

    @Test
    void theFileIsForItsOwnerAlone() throws IOException {
        try (SqliteJournal _ = open()) {
            assertThat(PosixFilePermissions.toString(Files.getPosixFilePermissions(file())))
                    .isEqualTo("rw-------");
        }
    }

    @Test
    void aFileThatIsReplacedByRubbishFailsUntilItIsRepaired() throws IOException {
        try (SqliteJournal journal = open()) {
            put(journal, entry(1, JournalState.ACCEPTED, IDENT));
            Path rubbish = Files.writeString(folder.resolve("rubbish"), "this is no database ".repeat(500));
            Files.move(rubbish, file(), java.nio.file.StandardCopyOption.REPLACE_EXISTING);
            assertThatThrownBy(() -> put(journal, entry(2, JournalState.PREPARED, IDENT)))
                    .isInstanceOf(JournalException.class);
            assertThatThrownBy(() -> put(journal, entry(2, JournalState.PREPARED, IDENT)))
                    .isInstanceOf(JournalException.class);

            remove();
            put(journal, entry(2, JournalState.ACCEPTED, IDENT));
            assertThat(known(journal, 2)).contains(entry(2, JournalState.ACCEPTED, IDENT));
            assertThat(known(journal, 1)).isEmpty();
        }
    }

    @Test
    void anErrorFailsWhoWaitsAndNobodyAfter() throws Exception {
        try (CommitThread thread = new CommitThread(file(), Duration.ofSeconds(20), _ -> 0)) {
            assertThatThrownBy(() -> thread.write(sql -> {
                        int _ = sql.update(SqliteJournal.REMOVE, NOW);
                        throw new InternalError("a fault occurred in an unsafe memory access operation");
                    }))
                    .isInstanceOf(JournalException.class)
                    .hasMessageContaining("unsafe memory access");
            assertThat(thread.<Integer>write(sql -> sql.update(SqliteJournal.REMOVE, NOW)))
                    .isZero();
            assertThat(thread.<Boolean>read(_ -> true)).isTrue();
        }
    }

    @Test
    void whatCouldNotBeWrittenIsKnownAsLongAsTheProcessLives() throws IOException {
        try (SqliteJournal journal = open()) {
            try (Journal.Claim claim = journal.claim(List.of(key(1), key(2)))) {
                claim.prepared(List.of(entry(1, JournalState.PREPARED, IDENT), entry(2, JournalState.PREPARED, IDENT)));
                claim.accepted(List.of(entry(1, JournalState.ACCEPTED, IDENT)));
                breakFile();
                assertThatThrownBy(() -> claim.settled(List.of(
                                entry(1, JournalState.ACCEPTED, IDENT), entry(2, JournalState.ACCEPTED, IDENT))))
                        .isInstanceOf(JournalException.class);
            }
            assertThatThrownBy(() -> known(journal, 1))
                    .as("nobody can say who else")
                    .isInstanceOf(JournalException.class);

            repairFile();
            assertThat(known(journal, 1)).contains(entry(1, JournalState.ACCEPTED, IDENT));
            assertThat(known(journal, 2)).contains(entry(2, JournalState.ACCEPTED, IDENT));
        }
        try (SqliteJournal again = open()) {
            assertThat(known(again, 1)).as("written as soon as it could be").isPresent();
            assertThat(known(again, 2)).isPresent();
        }
    }

    @Test
    void whatCouldNotBeWrittenIsWrittenWithWhateverComesNext() throws IOException {
        try (SqliteJournal journal = open()) {
            try (Journal.Claim claim = journal.claim(List.of(key(1)))) {
                claim.prepared(List.of(entry(1, JournalState.PREPARED, Optional.empty())));
                breakFile();
                assertThatThrownBy(() -> claim.settled(List.of(entry(1, JournalState.ACCEPTED, Optional.empty()))))
                        .isInstanceOf(JournalException.class);
            }
            repairFile();
            journal.told(new QueueId("Q1"));
            put(journal, entry(2, JournalState.PREPARED, IDENT));
            assertThat(JournalFile.show(file(), "Q1")).singleElement().satisfies(row -> {
                assertThat(row.state()).isEqualTo(JournalState.ACCEPTED);
                assertThat(row.isSuppressing()).as("the peer has been told").isFalse();
            });
        }
    }

    /** Breaks the journal, so that nothing can be written or read. */
    private void breakFile() throws IOException {
        Files.move(file(), folder.resolve("aside"));
        for (String name : List.of("journal.db-wal", "journal.db-shm")) {
            Files.deleteIfExists(folder.resolve(name));
        }
        Files.createDirectory(file());
    }

    private void repairFile() throws IOException {
        Files.delete(file());
    }

    @Test
    void whatCannotBeAJournalIsRefusedAtTheStart() throws IOException {
        Files.createDirectory(file());
        assertThatThrownBy(this::open).isInstanceOf(JournalException.class).hasMessageContaining("is a directory");
        Files.delete(file());
        Files.writeString(file(), "this is no database ".repeat(500));
        assertThatThrownBy(this::open).isInstanceOf(JournalException.class).hasMessageContaining("is not a database");
    }

    @Test
    void afterTheirRetentionRowsGo() throws Exception {
        try (SqliteJournal journal = open()) {
            put(journal, entry(1, JournalState.ACCEPTED, IDENT));
        }
        try (CommitThread thread = new CommitThread(file(), Duration.ofSeconds(5), _ -> 0)) {
            Instant before = NOW.plusMillis(1);
            int early = thread.write(sql -> sql.update(SqliteJournal.REMOVE, NOW));
            int late = thread.write(sql -> sql.update(SqliteJournal.REMOVE, before));
            assertThat(List.of(early, late)).containsExactly(0, 1);
        }
    }

    @Test
    void readingFiltersAndMakesNothing() throws IOException {
        assertThatThrownBy(() -> JournalFile.faults(file()))
                .isInstanceOf(JournalException.class)
                .hasMessageContaining("there is no journal yet");
        assertThat(file()).doesNotExist();
        try (SqliteJournal journal = open()) {
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
            assertThat(JournalFile.faults(file())).isEmpty();
        }
    }

    private List<Integer> list(Optional<String> recipient, Optional<JournalState> state, Optional<Instant> since)
            throws JournalException {
        return JournalFile.list(file(), new JournalFile.Filter(recipient, state, since, 10)).stream()
                .map(JournalEntry::unit)
                .sorted()
                .toList();
    }

    private SqliteJournal open() throws JournalException {
        return open(Duration.ofSeconds(10));
    }

    @Override
    public SqliteJournal open(Duration timeLimit) throws JournalException {
        return SqliteJournal.open(file(), RETENTION, timeLimit, () -> NOW);
    }

    private Path file() {
        return folder.resolve("journal.db");
    }

    private void remove() throws IOException {
        for (String name : List.of("journal.db", "journal.db-wal", "journal.db-shm")) {
            Files.deleteIfExists(folder.resolve(name));
        }
    }
}
