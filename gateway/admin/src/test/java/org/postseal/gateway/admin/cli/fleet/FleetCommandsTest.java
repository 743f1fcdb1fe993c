package org.postseal.gateway.admin.cli.fleet;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.certstore.database.Postgres;
import org.postseal.certstore.database.PostgresServer;
import org.postseal.gateway.admin.cli.CommandLineInterface;
import org.postseal.gateway.admin.cli.support.Console;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.app.assembly.GatewayAssembly;
import org.postseal.gateway.audit.ledger.Ledger;
import org.postseal.gateway.road.fleet.FleetJournal;
import org.postseal.gateway.road.fleet.Membership;
import org.postseal.gateway.road.journal.Journal;
import org.postseal.gateway.road.journal.JournalEntry;
import org.postseal.gateway.road.journal.JournalKey;
import org.postseal.gateway.road.journal.JournalState;
import org.postseal.gateway.testkit.Await;

/** The commands that read what gateways share, over a real PostgreSQL. */
class FleetCommandsTest {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final Instant NOW = Instant.parse("2026-12-01T10:00:00Z");

    @TempDir
    private Path folder;

    private final ByteArrayOutputStream out = new ByteArrayOutputStream();
    private final ByteArrayOutputStream err = new ByteArrayOutputStream();
    private final String url = PostgresServer.shared().newDatabase();

    @BeforeEach
    void files() throws IOException {
        Files.createDirectories(folder.resolve("store/trust"));
        Files.writeString(folder.resolve("policy.yaml"), """
                version: 1
                internal: [ours.example]
                rules: [{ id: rest, when: always, then: mailboxPolicy }]
                """);
        configure("""
                upstreams: { mx: { networks: 127.0.0.0/8 } }
                fleet: { node: one, database: { url: "%s", tls: off } }
                """.formatted(url.replace("jdbc:postgresql://", "postgresql://postseal@")
                .replaceFirst("\\?.*", "")));
    }

    @Test
    void nodesAndTheirRowsAreListed() throws IOException {
        assertThat(run("fleet", "status")).isZero();
        assertThat(text(out)).isEqualTo("0 gateways\n");
        assertThat(run("journal", "list")).isZero();
        assertThat(text(out)).isEqualTo("0 rows\n");
        assertThat(run("check")).isZero();
        assertThat(text(out)).contains(", this is one, alive: none\n");

        JournalEntry ann = row("01", JournalState.PREPARED, "Q1", "ann", "", 0);
        JournalEntry bob = row("02", JournalState.ACCEPTED, "Q2", "bob", "250 2.0.0 queued", 1);
        JournalEntry carl = row("03", JournalState.PREPARED, "Q3", "carl", "", 0);
        Postgres database = new Postgres(url, LIMIT);
        try (Ledger ledger = Ledger.open(folder.resolve("ledger"), Ledger.SEGMENT);
                Journal journal = FleetJournal.open(
                        database,
                        Membership.join(database, "one", "1.2.3", Membership.Lease.DEFAULT),
                        ledger,
                        new FleetJournal.Limits(Duration.ofDays(6), LIMIT));
                Journal.Claim onItsWay = journal.claim(List.of(ann))) {
            onItsWay.prepared(List.of(ann));
            try (Journal.Claim claim = journal.claim(List.of(bob, carl))) {
                claim.prepared(List.of(bob, carl));
                claim.settled(List.of(bob), false);
            }
            // Carl's row is given back with the next batch.
            Await.until(
                    () -> run("fleet", "status", "--json") == ExitCode.OK
                            && text(out).contains("\"rows\": 1,"),
                    () -> text(out));
            assertThat(run("journal", "show", "Q3")).isZero();

            assertThat(run("fleet", "status")).isZero();
            assertThat(text(out).lines().map(line -> line.replaceAll(" +", " ")))
                    .satisfiesExactly(
                            heading -> assertThat(heading).startsWith("NODE STATE HEARD STARTED STARTS ROWS VERSION"),
                            one -> assertThat(one).matches("one alive \\S+Z \\S+Z 1 1 1\\.2\\.3\\s*"),
                            sum -> assertThat(sum).isEqualTo("1 gateway"));
            assertThat(run("fleet", "status", "--json")).isZero();
            assertThat(text(out)).contains("\"node\": \"one\"", "\"state\": \"alive\"", "\"rows\": 1");
            assertThat(run("check")).isZero();
            assertThat(text(out)).contains(", this is one, alive: one\n");

            assertThat(listed()).containsExactly("ann", "bob", "carl");
            assertThat(listed("--recipient", "ANN@partner.example")).containsExactly("ann");
            assertThat(listed("--state", "accepted")).containsExactly("bob");
            assertThat(listed("--since", "2026-12-02")).isEmpty();
            assertThat(listed("--limit", "2")).containsExactly("ann", "bob");
            assertThat(listed("--state", "in-doubt"))
                    .as("ann's is on its way, carl's has ended")
                    .containsExactly("bob", "carl");
            assertThat(run("journal", "show", "4UP")).isZero();
            assertThat(text(out)).contains("ann@partner.example", "bob@partner.example", "carl@partner.example");
            assertThat(run("journal", "show", "02".repeat(4))).isZero();
            assertThat(text(out)).contains("bob@partner.example").doesNotContain("ann@");
        }
    }

    @Test
    void aDatabaseThatIsAwayIsNamed() throws IOException {
        configure("""
                upstreams: { mx: { networks: 127.0.0.0/8 } }
                fleet: { node: one, database: { url: "postgresql://127.0.0.1:1/mail", tls: off } }
                """);
        for (String command : List.of("fleet status", "journal list", "journal show 4UP", "check", "run")) {
            assertThat(run(command.split(" ", -1))).as(command).isEqualTo(ExitCode.UNAVAILABLE);
            assertThat(text(err)).as(command).contains("postgresql://postseal@127.0.0.1:1/mail cannot be reached");
        }
    }

    @Test
    void aGatewayThatIsAloneHasNoFleet() throws IOException {
        configure("");
        assertThat(run("fleet", "status")).isEqualTo(ExitCode.UNAVAILABLE);
        assertThat(text(err)).startsWith("error: this gateway is alone\n");
    }

    private List<String> listed(String... options) {
        String[] words = new String[options.length + 3];
        words[0] = "journal";
        words[1] = "list";
        System.arraycopy(options, 0, words, 2, options.length);
        words[options.length + 2] = "--json";
        assertThat(run(words)).isZero();
        return text(out)
                .lines()
                .filter(line -> line.contains("\"recipient\""))
                .map(line -> line.replaceAll(".*: \"|@.*", ""))
                .toList();
    }

    private static JournalEntry row(
            String octet, JournalState state, String queueId, String name, String reply, int doubts) {
        return new JournalEntry(
                JournalKey.ofHex(octet.repeat(32)),
                state,
                queueId,
                Optional.of("4UP"),
                name + "@partner.example",
                1,
                reply,
                Optional.empty(),
                doubts,
                NOW);
    }

    private void configure(String lines) throws IOException {
        Files.writeString(folder.resolve("postseal.yaml"), """
                hostName: gw.ours.example
                listeners: [{ protocol: lmtp, address: "127.0.0.1:0" }]
                nextHop: "127.0.0.1:10026"
                """ + lines);
    }

    private static String text(ByteArrayOutputStream printed) {
        return printed.toString(StandardCharsets.UTF_8);
    }

    private int run(String... words) {
        out.reset();
        err.reset();
        String[] all = new String[words.length + 2];
        all[0] = "-c";
        all[1] = folder.resolve("postseal.yaml").toString();
        System.arraycopy(words, 0, all, 2, words.length);
        Console console = new Console(
                InputStream.nullInputStream(),
                new PrintStream(out, true, StandardCharsets.UTF_8),
                new PrintStream(err, true, StandardCharsets.UTF_8));
        return new CommandLineInterface(new GatewayAssembly(), console).execute(all);
    }
}
