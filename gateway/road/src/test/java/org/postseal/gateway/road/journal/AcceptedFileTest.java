package org.postseal.gateway.road.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.gateway.smtp.Reply;

/** The end of a process is simulated by the content of its files at that moment. */
class AcceptedFileTest {
    private static final Instant NOW = Instant.parse("2026-11-26T10:00:00.123Z");
    private static final String REPLY = "250 2.0.0 Ok: queued as 4XYZ";

    @TempDir
    private Path folder;

    @Test
    void whoWasAcceptedBeforeTheEndIsSoAfterIt() throws IOException {
        try (SqliteJournal journal = open("one");
                Journal.Claim claim = journal.claim(List.of(key(1), key(2)))) {
            claim.prepared(List.of(prepared(1, "Q1"), prepared(2, "Q1")));
            claim.accepted(List.of(accepted(1, "Q1", REPLY)));
            dies("one", "two");
        }
        assertThat(after("two", 1)).contains(accepted(1, "Q1", REPLY));
        assertThat(after("two", 2)).contains(prepared(2, "Q1"));
    }

    @Test
    void aNoteIsGoneOnceTheJournalHasIt() throws IOException {
        try (SqliteJournal journal = open("one");
                Journal.Claim claim = journal.claim(List.of(key(1)))) {
            claim.prepared(List.of(prepared(1, "Q1")));
            claim.accepted(List.of(accepted(1, "Q1", REPLY)));
            assertThat(notes("one")).hasSize(1);
            claim.settled(List.of(accepted(1, "Q1", REPLY)));
            assertThat(notes("one")).isEmpty();
        }
    }

    @Test
    void aNoteOfAnEarlierAttemptSaysNothingOfALaterOne() throws IOException {
        try (SqliteJournal journal = open("one");
                Journal.Claim claim = journal.claim(List.of(key(1)))) {
            claim.prepared(List.of(prepared(1, "Q1")));
            claim.accepted(List.of(accepted(1, "Q1", REPLY)));
            claim.prepared(List.of(prepared(1, "Q2")));
            dies("one", "two");
        }
        assertThat(after("two", 1)).contains(prepared(1, "Q2"));
    }

    @Test
    void whatAPowerCutLeftHalfWrittenIsNoNote() throws IOException {
        try (SqliteJournal journal = open("one");
                Journal.Claim claim = journal.claim(List.of(key(1)))) {
            claim.prepared(List.of(prepared(1, "Q1")));
            claim.accepted(List.of(accepted(1, "Q1", REPLY)));
            dies("one", "two");
        }
        byte[] octets = Files.readAllBytes(folder.resolve("two/journal.db-accepted"));
        octets[512 + 8 + JournalKey.OCTETS + 8 + 2 + 2 + 2 + 3] ^= 1;
        Files.write(folder.resolve("two/journal.db-accepted"), octets);
        assertThat(after("two", 1)).contains(prepared(1, "Q1"));
    }

    @Test
    void aLongReplyIsCutAndStaysOne() throws IOException {
        String text = "250 2.0.0 " + "x".repeat(2000);
        try (SqliteJournal journal = open("one");
                Journal.Claim claim = journal.claim(List.of(key(1)))) {
            claim.prepared(List.of(prepared(1, "Q1")));
            claim.accepted(List.of(accepted(1, "Q1", text)));
            dies("one", "two");
        }
        String reply = after("two", 1).orElseThrow().reply();
        assertThat(text).startsWith(reply);
        assertThat(Reply.ofText(reply).isPositive()).isTrue();
    }

    @Test
    void whereEveryPlaceIsTakenNobodyWaits() throws IOException {
        try (SqliteJournal journal = open("one");
                Journal.Claim claim = journal.claim(List.of(key(1)))) {
            for (int i = 0; i <= AcceptedRecords.PLACES; i++) {
                claim.accepted(List.of(accepted(1, "Q1", REPLY)));
            }
            assertThat(notes("one")).hasSize(AcceptedRecords.PLACES);
        }
    }

    @Test
    void aFileOfAnotherKindIsMadeAnew() throws IOException {
        Files.createDirectory(folder.resolve("one"));
        Files.writeString(folder.resolve("one/journal.db-accepted"), "something else");
        try (SqliteJournal _ = open("one")) {
            assertThat(folder.resolve("one/journal.db-accepted")).hasSize(AcceptedRecords.SIZE);
            assertThat(notes("one")).isEmpty();
        }
    }

    @Test
    void onlyOneGatewayHasIt() throws IOException {
        try (SqliteJournal _ = open("one")) {
            assertThatThrownBy(() -> open("one"))
                    .isInstanceOf(JournalException.class)
                    .hasMessageContaining("in use by another gateway");
        }
    }

    private Optional<JournalEntry> after(String name, int number) throws IOException {
        try (SqliteJournal again = open(name);
                Journal.Claim claim = again.claim(List.of(key(number)))) {
            assertThat(notes(name)).isEmpty();
            return Optional.ofNullable(claim.entries().get(key(number)));
        }
    }

    private List<AcceptedRecords.Note> notes(String name) throws IOException {
        Path copy = Files.createTempDirectory(folder, "copy").resolve("journal.db");
        Files.copy(folder.resolve(name).resolve("journal.db-accepted"), copy.resolveSibling("journal.db-accepted"));
        try (AcceptedFile file = AcceptedFile.open(copy)) {
            return file.notes();
        }
    }

    private void dies(String from, String to) throws IOException {
        Path target = Files.createDirectory(folder.resolve(to));
        for (String file : List.of("journal.db", "journal.db-wal", "journal.db-accepted")) {
            Files.copy(folder.resolve(from).resolve(file), target.resolve(file));
        }
    }

    private SqliteJournal open(String name) throws IOException {
        Files.createDirectories(folder.resolve(name));
        return SqliteJournal.open(
                folder.resolve(name).resolve("journal.db"), Duration.ofDays(6), Duration.ofSeconds(10), () -> NOW);
    }

    private static JournalKey key(int number) {
        return new JournalKey(HexFormat.of().toHexDigits(number).repeat(8));
    }

    private static JournalEntry prepared(int number, String queueId) {
        return row(number, queueId, JournalState.PREPARED, "");
    }

    private static JournalEntry accepted(int number, String queueId, String reply) {
        return row(number, queueId, JournalState.ACCEPTED, reply);
    }

    private static JournalEntry row(int number, String queueId, JournalState state, String reply) {
        return new JournalEntry(
                key(number), state, queueId, Optional.of("4UP"), "r@example.com", 1, reply, Optional.empty(), 0, NOW);
    }
}
