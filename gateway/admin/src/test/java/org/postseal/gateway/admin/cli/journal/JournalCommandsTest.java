package org.postseal.gateway.admin.cli.journal;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.List;
import java.util.Optional;
import java.util.regex.Pattern;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.certstore.database.CertificateDatabase;
import org.postseal.gateway.admin.cli.GatewayFolder;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.audit.ledger.Ledger;
import org.postseal.gateway.road.journal.Journal;
import org.postseal.gateway.road.journal.JournalEntry;
import org.postseal.gateway.road.journal.JournalException;
import org.postseal.gateway.road.journal.JournalFile;
import org.postseal.gateway.road.journal.JournalKey;
import org.postseal.gateway.road.journal.JournalState;
import org.postseal.gateway.road.journal.SuspectKey;
import org.postseal.gateway.road.journal.Suspects;
import org.postseal.gateway.road.journal.TestJournal;

class JournalCommandsTest {
    private static final Instant NOW = Instant.parse("2026-11-26T10:00:00Z");

    @TempDir
    private Path folder;

    private GatewayFolder gateway;

    @BeforeEach
    void files() throws IOException {
        gateway = new GatewayFolder(folder);
    }

    @Test
    void rowsAreListedForPeopleAndForPrograms() throws JournalException {
        fill();
        assertThat(run("journal", "list")).isZero();
        assertThat(gateway.out().lines().map(line -> line.replaceAll(" +", " ")))
                .containsExactly(
                        "AT STATE DOUBTS QUEUE-ID UPSTREAM-ID RECIPIENT REPLY",
                        "2026-11-26T10:00:01Z accepted 1 Q2 4UP bob@partner.example 250 2.0.0 queued as 4ABC",
                        "2026-11-26T10:00:00Z prepared 0 Q1 - ann@partner.example -",
                        "2 rows");
        assertThat(run("journal", "list", "--state", "accepted", "--recipient", "BOB@partner.example", "--json"))
                .isZero();
        assertThat(gateway.out()).isEqualTo("""
            [
              {
                "key": "%s",
                "state": "accepted",
                "at": "2026-11-26T10:00:01Z",
                "recipient": "bob@partner.example",
                "queueId": "Q2",
                "upstreamId": "4UP",
                "unit": 1,
                "reply": "250 2.0.0 queued as 4ABC",
                "doubts": 1,
                "suppresses": true
              }
            ]
            """.formatted("02".repeat(32)));
        assertThat(run("journal", "list", "--since", "2026-11-27", "--json")).isZero();
        assertThat(gateway.out()).isEqualTo("[]\n");
    }

    @Test
    void whatIsInDoubtIsListed() throws JournalException {
        fill();
        // Bob's copy was sent again although the next hop may have had it. Ann's copy is on its way in the process that
        // has the file open, so it is not in doubt
        assertThat(run("journal", "list", "--state", "in-doubt", "--json")).isZero();
        assertThat(recipients()).containsExactly("bob");

        TestJournal.open(
                        folder.resolve("journal.db"),
                        Duration.ofDays(1),
                        Duration.ofSeconds(10),
                        () -> NOW.plusSeconds(60))
                .close();
        assertThat(run("journal", "list", "--state", "in-doubt", "--json")).isZero();
        assertThat(recipients()).containsExactly("bob", "ann");
    }

    @Test
    void suspectsAreListedAndForgotten() throws IOException {
        Path journal = folder.resolve("journal.db");
        SuspectKey key = new SuspectKey("0a".repeat(32));
        Clock clock = Clock.fixed(NOW, ZoneOffset.UTC);
        try (Ledger ledger = Ledger.open(JournalFile.ledger(journal), 64 << 10)) {
            Suspects.Answer _ = Suspects.open(ledger, Duration.ofDays(6), clock).enter(key);
        }
        try (Ledger ledger = Ledger.open(JournalFile.ledger(journal), 64 << 10)) {
            Suspects.open(ledger, Duration.ofDays(6), clock).close();
        }

        assertThat(run("journal", "suspects")).isZero();
        assertThat(gateway.out().lines().map(line -> line.replaceAll(" +", " ")))
                .containsExactly("LAST DEATHS HANGS KEY", "2026-11-26T10:00:00Z 1 0 " + key.hex(), "1 suspect");
        assertThat(run("journal", "suspects", "--json")).isZero();
        assertThat(gateway.out()).isEqualTo("""
            [
              {
                "key": "%s",
                "deaths": 1,
                "hangs": 0,
                "last": "2026-11-26T10:00:00Z"
              }
            ]
            """.formatted(key.hex()));
        assertThat(run("journal", "suspects", "--forget", "5F")).isEqualTo(ExitCode.USAGE);
        Files.writeString(
                folder.resolve("postseal.yaml"),
                "directory: { database: directory.db, masterKey: master.key }\n",
                StandardOpenOption.APPEND);
        CertificateDatabase.open(folder.resolve("directory.db")).close();
        assertThat(run("journal", "suspects", "--forget", key.hex())).isZero();
        assertThat(gateway.err()).isEmpty();
        assertThat(run("journal", "suspects", "--forget", key.hex())).isEqualTo(ExitCode.REFUSED);
        try (CertificateDatabase database = CertificateDatabase.open(folder.resolve("directory.db"))) {
            assertThat(database.read(contents -> contents.changeLog().waiting(100)).stream())
                    .singleElement()
                    .satisfies(change -> assertThat(change.action() + " " + change.object() + " " + change.details())
                            .isEqualTo("journal-forget suspect:" + key.hex()
                                    + " [deaths 1, hangs 0, last 2026-11-26T10:00:00Z]"));
        }
        assertThat(run("journal", "suspects", "--json")).isZero();
        assertThat(gateway.out()).isEqualTo("[]\n");
    }

    @Test
    void oneMessageIsShown() throws JournalException {
        fill();
        assertThat(run("journal", "show", "4UP")).isZero();
        assertThat(gateway.out().lines())
                .contains("state        accepted", "recipient    bob@partner.example", "doubts       1");
        assertThat(run("journal", "show", "4UP", "--json")).isZero();
        assertThat(recipients()).containsExactly("bob");
        assertThat(run("journal", "show", "nobody")).isEqualTo(ExitCode.REFUSED);
        assertThat(gateway.err()).startsWith("error: the journal knows nothing about nobody");
    }

    @Test
    void whatIsNotThereIsNotMade() {
        assertThat(run("journal", "list")).isEqualTo(ExitCode.UNAVAILABLE);
        assertThat(gateway.err()).startsWith("error: there is no journal yet");
        assertThat(folder.resolve("journal.db")).doesNotExist();
        assertThat(run("journal", "list", "--state", "lost")).isEqualTo(ExitCode.USAGE);
        assertThat(run("journal")).isEqualTo(ExitCode.USAGE);
    }

    /** The exit code keeps systemd from starting the gateway again and again. */
    @Test
    void checkAndStartRefuseAFileThatIsNoJournal() throws IOException {
        Files.writeString(folder.resolve("journal.db"), "rubbish ".repeat(1000));
        assertThat(run("run")).isEqualTo(ExitCode.CONFIG);
        assertThat(run("check")).isEqualTo(ExitCode.CONFIG);
        assertThat(gateway.err()).contains("journal.file: ", "is not a database");
    }

    /** Returns the local parts of the recipients in an array of rows. */
    private List<String> recipients() {
        return Pattern.compile("(?m)^    \"recipient\": \"(\\w+)@partner.example\",$")
                .matcher(gateway.out())
                .results()
                .map(found -> found.group(1))
                .toList();
    }

    private void fill() throws JournalException {
        try (TestJournal journal =
                TestJournal.open(folder.resolve("journal.db"), Duration.ofDays(1), Duration.ofSeconds(10), () -> NOW)) {
            JournalEntry ann = entry("01", JournalState.PREPARED, "Q1", Optional.empty(), "ann", "", 0, NOW);
            JournalEntry bob = entry(
                    "02",
                    JournalState.ACCEPTED,
                    "Q2",
                    Optional.of("4UP"),
                    "bob",
                    "250 2.0.0 queued as 4ABC",
                    1,
                    NOW.plusSeconds(1));
            try (Journal.Claim claim = journal.claim(List.of(ann, bob))) {
                claim.prepared(List.of(ann, bob));
            }
        }
    }

    private static JournalEntry entry(
            String octet,
            JournalState state,
            String queueId,
            Optional<String> ident,
            String name,
            String reply,
            int doubts,
            Instant at) {
        return new JournalEntry(
                JournalKey.ofHex(octet.repeat(32)),
                state,
                queueId,
                ident,
                name + "@partner.example",
                1,
                reply,
                Optional.empty(),
                doubts,
                at);
    }

    private int run(String... words) {
        return gateway.run(words);
    }
}
