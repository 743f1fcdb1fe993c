package org.postseal.gateway.road.journal;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.postseal.gateway.road.journal.JournalContract.IDENT;
import static org.postseal.gateway.road.journal.JournalContract.NOW;
import static org.postseal.gateway.road.journal.JournalContract.NO_IDENT;
import static org.postseal.gateway.road.journal.JournalContract.entry;
import static org.postseal.gateway.road.journal.JournalContract.known;

import java.nio.file.Files;
import java.nio.file.Path;
import java.sql.Connection;
import java.sql.DriverManager;
import java.sql.PreparedStatement;
import java.sql.SQLException;
import java.sql.Statement;
import java.time.Duration;
import java.time.Instant;
import java.util.Locale;
import java.util.Optional;
import java.util.stream.Stream;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

/** Starts the journal beside the SQLite file that a gateway before the ledger has left. */
class OldJournalTest {
    private static final Duration RETENTION = Duration.ofDays(6);

    @TempDir
    private Path folder;

    private Path file = Path.of("unset");

    @BeforeEach
    void name() {
        file = folder.resolve("journal.db");
    }

    @Test
    void itsRowsCountAsBefore() throws Exception {
        JournalEntry sentAgain = new JournalEntry(
                JournalContract.key(4),
                JournalState.ACCEPTED,
                "Q4",
                IDENT,
                "r4@example.com",
                4,
                "250 ok",
                Optional.of(NOW.minusSeconds(5)),
                2,
                NOW.minusSeconds(9));
        write(
                entry(1, JournalState.ACCEPTED, IDENT),
                entry(2, JournalState.PREPARED, IDENT),
                entry(3, JournalState.ACCEPTED, NO_IDENT),
                sentAgain);
        for (int start = 0; start < 2; start++) {
            try (TestJournal journal = open(NOW)) {
                assertThat(known(journal, 1)).contains(entry(1, JournalState.ACCEPTED, IDENT));
                assertThat(known(journal, 2)).contains(entry(2, JournalState.PREPARED, IDENT));
                assertThat(known(journal, 3)).contains(entry(3, JournalState.ACCEPTED, NO_IDENT));
                assertThat(known(journal, 4)).contains(sentAgain);
            }
        }
    }

    @Test
    void itIsReadOnceAndKeptUnderAnotherName() throws Exception {
        write(entry(1, JournalState.ACCEPTED, IDENT));
        for (String companion : new String[] {"-accepted", "-suspects"}) {
            Path _ = Files.createFile(folder.resolve("journal.db" + companion));
        }
        open(NOW).close();
        try (Stream<Path> files = Files.list(folder)) {
            assertThat(files.map(found -> found.getFileName().toString()))
                    .containsExactlyInAnyOrder("journal.db-before-ledger", "journal.db-ledger");
        }
    }

    @Test
    void rowsWhoseTimeIsOverAreLeftThere() throws Exception {
        write(entry(1, JournalState.ACCEPTED, IDENT));
        try (TestJournal journal = open(NOW.plus(RETENTION).plusSeconds(1))) {
            assertThat(known(journal, 1)).isEmpty();
        }
    }

    @Test
    void whatIsNoJournalHoldsTheStartUp() throws Exception {
        Path _ = Files.writeString(file, "this is no database at all");
        assertThatThrownBy(() -> open(NOW)).isInstanceOf(JournalException.class);
        assertThat(file).exists();
    }

    private TestJournal open(Instant now) throws JournalException {
        return TestJournal.open(file, RETENTION, Duration.ofSeconds(10), () -> now);
    }

    /** Writes the table that the gateway of that time made. */
    private void write(JournalEntry... rows) throws SQLException {
        try (Connection old = DriverManager.getConnection("jdbc:sqlite:" + file);
                Statement schema = old.createStatement()) {
            int _ = schema.executeUpdate("""
                    CREATE TABLE delivery (
                        key BYTEA NOT NULL PRIMARY KEY,
                        state TEXT NOT NULL,
                        queue_id TEXT NOT NULL,
                        upstream_id TEXT,
                        recipient TEXT NOT NULL,
                        unit BIGINT NOT NULL,
                        reply TEXT NOT NULL,
                        told BIGINT,
                        doubts BIGINT NOT NULL,
                        at BIGINT NOT NULL)
                    """);
            try (PreparedStatement insert =
                    old.prepareStatement("INSERT INTO delivery VALUES (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)")) {
                for (JournalEntry row : rows) {
                    insert.setBytes(1, row.key().octets());
                    insert.setString(2, row.state().name().toLowerCase(Locale.ROOT));
                    insert.setString(3, row.queueId());
                    insert.setString(4, row.upstreamId().orElse(null));
                    insert.setString(5, row.recipient());
                    insert.setInt(6, row.unit());
                    insert.setString(7, row.reply());
                    insert.setObject(8, row.told().map(Instant::toEpochMilli).orElse(null));
                    insert.setInt(9, row.doubts());
                    insert.setLong(10, row.at().toEpochMilli());
                    int _ = insert.executeUpdate();
                }
            }
        }
    }
}
