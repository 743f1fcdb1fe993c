package org.postseal.gateway.admin.cli.fleet;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;
import static org.assertj.core.api.InstanceOfAssertFactories.STRING;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardOpenOption;
import java.nio.file.attribute.PosixFilePermissions;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postseal.certstore.database.CertificateDatabase;
import org.postseal.certstore.database.Postgres;
import org.postseal.certstore.database.PostgresServer;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.audit.ledger.Ledger;
import org.postseal.gateway.road.fleet.FleetJournal;
import org.postseal.gateway.road.fleet.Membership;
import org.postseal.gateway.road.journal.Journal;
import org.postseal.gateway.road.journal.JournalEntry;
import org.postseal.gateway.road.journal.JournalKey;
import org.postseal.gateway.road.journal.JournalState;
import org.postseal.gateway.testkit.Await;

/** The commands that read what gateways share, over a real PostgreSQL. */
class FleetCommandsTest extends FleetFixture {
    private static final Duration LIMIT = Duration.ofSeconds(10);
    private static final Instant NOW = Instant.parse("2026-12-01T10:00:00Z");

    private static final Map<String, String> SECRETS = Map.of("loops.keyFile", "none");

    @Test
    void nodesAndTheirRowsAreListed() throws IOException {
        for (String command : List.of("fleet status", "journal list", "journal suspects")) {
            assertThat(run(command.split(" ", -1))).as(command).isEqualTo(ExitCode.UNAVAILABLE);
            assertThat(gateway.err())
                    .as(command)
                    .endsWith("/" + database() + " has no tables of a fleet: no gateway has" + " joined there yet\n");
        }
        assertThat(run("check")).isZero();
        assertThat(gateway.out()).contains(", this is one, no gateway has joined yet\n");

        JournalEntry ann = row("01", JournalState.PREPARED, "Q1", "ann", "", 0);
        JournalEntry bob = row("02", JournalState.ACCEPTED, "Q2", "bob", "250 2.0.0 queued", 1);
        JournalEntry carl = row("03", JournalState.PREPARED, "Q3", "carl", "", 0);
        try (Ledger ledger = Ledger.open(folder.resolve("ledger"), Ledger.SEGMENT);
                Membership membership = join("one", SECRETS);
                Journal journal =
                        FleetJournal.open(membership, ledger, new FleetJournal.Limits(Duration.ofDays(6), LIMIT));
                Journal.Claim onItsWay = journal.claim(List.of(ann))) {
            membership.reporting(() -> new Membership.Report("0123456789", SECRETS, Optional.empty()));
            Await.until(() -> run("fleet", "status") == 0 && gateway.out().contains("01234567"), () -> gateway.out());
            onItsWay.prepared(List.of(ann));
            try (Journal.Claim claim = journal.claim(List.of(bob, carl))) {
                claim.prepared(List.of(bob, carl));
                claim.settled(List.of(bob), false);
            }
            // Carl's row is given back with the next batch.
            Await.until(
                    () -> run("fleet", "status", "--json") == ExitCode.OK
                            && gateway.out().contains("\"rows\": 1,"),
                    () -> gateway.out());
            assertThat(run("journal", "show", "Q3")).isZero();

            assertThat(run("fleet", "status")).isZero();
            assertThat(gateway.out().lines().map(line -> line.replaceAll(" +", " ")))
                    .satisfiesExactly(
                            heading -> assertThat(heading)
                                    .startsWith(
                                            "NODE STATE HEARD STARTED STARTS ROWS CLOCK POLICY SECRETS VERSION WHY"),
                            one -> assertThat(one)
                                    .matches("one ready \\S+Z \\S+Z 1 1 -?\\d+ ms 01234567 same 1\\.2\\.3\\s*"),
                            sum -> assertThat(sum).isEqualTo("1 gateway"));
            assertThat(run("fleet", "status", "--json")).isZero();
            assertThat(gateway.out()).contains("\"node\": \"one\"", "\"state\": \"ready\"", "\"rows\": 1");
            assertThat(run("check")).isZero();
            assertThat(gateway.out()).contains(", this is one, alive: one\n");

            assertThat(listed()).containsExactly("ann", "bob", "carl");
            assertThat(listed("--recipient", "ANN@partner.example")).containsExactly("ann");
            assertThat(listed("--state", "accepted")).containsExactly("bob");
            assertThat(listed("--since", "2026-12-02")).isEmpty();
            assertThat(listed("--limit", "2")).containsExactly("ann", "bob");
            assertThat(listed("--state", "in-doubt"))
                    .as("ann's is on its way, carl's has ended")
                    .containsExactly("bob", "carl");
            assertThat(run("journal", "show", "4UP")).isZero();
            assertThat(gateway.out()).contains("ann@partner.example", "bob@partner.example", "carl@partner.example");
            assertThat(run("journal", "show", "02".repeat(4))).isZero();
            assertThat(gateway.out()).contains("bob@partner.example").doesNotContain("ann@");
        }
    }

    @Test
    void aDrainWaitsForWhatIsOnItsWay() throws Exception {
        JournalEntry ann = row("01", JournalState.PREPARED, "Q1", "ann", "", 0);
        try (Ledger ledger = Ledger.open(folder.resolve("ledger"), Ledger.SEGMENT);
                Membership membership = join("one", SECRETS);
                Journal journal =
                        FleetJournal.open(membership, ledger, new FleetJournal.Limits(Duration.ofDays(6), LIMIT))) {
            try (Journal.Claim onItsWay = journal.claim(List.of(ann))) {
                assertThat(run("fleet", "drain", "one", "--wait", "1")).isEqualTo(ExitCode.TRY_AGAIN);
                assertThat(run("fleet", "status")).isZero();
                assertThat(gateway.out()).contains("draining", "this node is drained");
                assertThatThrownBy(() -> journal.claim(List.of(row("02", JournalState.PREPARED, "Q2", "bob", "", 0))))
                        .hasMessage("this node is drained");
                onItsWay.prepared(List.of(ann));
                onItsWay.requireHeld();
            }
            assertThat(run("fleet", "drain", "one")).isZero();
            assertThat(gateway.out()).isEqualTo("one is drained, no message is on its way\n");
            assertThat(run("fleet", "drain", "one", "--undo")).isZero();
            Await.until(() -> membership.fault().isEmpty(), () -> "it is still drained");
            assertThat(run("fleet", "drain", "two")).isEqualTo(ExitCode.REFUSED);
        }
    }

    @Test
    void aFleetThatHoldsMailGoesOnWhenAskedTo() throws Exception {
        try (Membership membership = join("one", SECRETS)) {
            assertThat(run("fleet", "restored")).isEqualTo(ExitCode.REFUSED);
            PostgresServer.execute(url, "UPDATE fleet_state SET held = 'for a test'");
            Await.until(() -> membership.fault().isPresent(), () -> "it takes mail");
            assertThat(run("fleet", "status")).isZero();
            assertThat(gateway.err()).isEqualTo("warning: the fleet holds mail: for a test\n");
            assertThat(run("fleet", "restored")).isZero();
            Await.until(() -> membership.fault().isEmpty(), () -> "it takes no mail");
        }
    }

    /** The first gateway to name a secret is right, until somebody says otherwise. */
    @Test
    void secretsThatDifferAreNamedAndMayBeAccepted() throws Exception {
        Map<String, String> other = Map.of("loops.keyFile", "01234567", "audit.addressKey", "none");
        try (Membership first = join("first", other)) {
            assertThat(run("check")).isZero();
            assertThat(gateway.err())
                    .contains(
                            "warning: fleet: the fleet has another secret in loops.keyFile\n",
                            "warning: fleet: first has another secret in loops.keyFile\n");
            assertThat(run("fleet", "accept-secrets")).isZero();
            assertThat(gateway.out()).contains("loops.keyFile").doesNotContain("audit.addressKey");
            Await.until(() -> first.fault().isPresent(), () -> "it takes mail");
            assertThat(first.fault().orElseThrow().text())
                    .isEqualTo("this node has another secret than the fleet in loops.keyFile");
            assertThat(run("fleet", "status")).isZero();
            assertThat(gateway.out()).contains(" loops.keyFile ");
            assertThat(run("fleet", "accept-secrets")).isEqualTo(ExitCode.REFUSED);
        }
    }

    /** As for a user who may not enter its folder. Without a key, no gateway would take mail. */
    @Test
    void aMasterKeyThatCannotBeLookedAtIsNotTakenForNone() throws Exception {
        Path key = folder.resolve("master.key");
        Files.createSymbolicLink(key, key);
        Files.writeString(folder.resolve("postseal.yaml"), """
            directory: { masterKey: master.key }
            """, StandardOpenOption.APPEND);
        try (Membership first = join("first", Map.of("directory.masterKey", "01234567"))) {
            assertThat(run("fleet", "accept-secrets")).isEqualTo(ExitCode.CONFIG);
            assertThat(gateway.err()).contains("master.key");
            assertThat(first.fault()).isEmpty();
        }
    }

    /** It is not there yet on this machine, and the others have one. */
    @Test
    void aMasterKeyThatIsMissingIsNotTakenForNone() throws Exception {
        Files.writeString(folder.resolve("postseal.yaml"), """
            directory: { masterKey: master.key }
            """, StandardOpenOption.APPEND);
        try (Membership first = join("first", Map.of("directory.masterKey", "01234567"))) {
            assertThat(run("fleet", "accept-secrets")).isEqualTo(ExitCode.CONFIG);
            assertThat(gateway.err())
                    .startsWith("error: directory.masterKey: there is no file " + folder.resolve("master.key") + "\n");
            assertThat(first.fault()).isEmpty();
        }
    }

    /** The key of the store is right, and needs the database of the fleet alone. */
    @Test
    void aWrongNameOfANodeIsTheOnlyProblem() throws Exception {
        Path config = folder.resolve("postseal.yaml");
        Files.writeString(
                config,
                Files.readString(config).replace("node: one", "node: o_n_e")
                        + "directory: { masterKey: master.key }\n");
        assertThat(run("check")).isEqualTo(ExitCode.CONFIG);
        assertThat(gateway.err().lines()).hasSize(2).first(STRING).contains("fleet.node");
    }

    @Test
    void everySecretThatMustBeEqualIsCompared() throws Exception {
        for (String file : List.of("loop.key", "address.key", "header.secret", "master.key", "held.key")) {
            Files.writeString(folder.resolve(file), "0123456789".repeat(5));
            Files.setPosixFilePermissions(folder.resolve(file), PosixFilePermissions.fromString("rw-------"));
        }
        Files.writeString(folder.resolve("postseal.yaml"), """
            directory: { masterKey: master.key }
            loops: { keyFile: loop.key, exchangeHeader: { name: X-Ours, secretFile: header.secret } }
            audit: { file: audit.jsonl, addresses: hashed, addressKey: address.key }
            held: { key: held.key }
            """, StandardOpenOption.APPEND);
        Map<String, String> none = Map.of(
                "loops.keyFile",
                "none",
                "loops.exchangeHeader",
                "none",
                "audit.addressKey",
                "none",
                "directory.masterKey",
                "none",
                "held.key",
                "none");
        try (Membership _ = join("other", none)) {
            assertThat(run("fleet", "accept-secrets")).isZero();
            assertThat(gateway.out())
                    .isEqualTo("the fleet uses this configuration's audit.addressKey, directory.masterKey,"
                            + " held.key, loops.exchangeHeader, loops.keyFile\n");
        }
    }

    /** Another try cannot help, so that systemd must not make one. */
    @Test
    void aStartWithTablesOfANewerProgramIsRefused() throws Exception {
        join("one", SECRETS).close();
        PostgresServer.execute(url, "UPDATE fleet_schema SET oldest = 99");
        assertThat(run("run")).isEqualTo(ExitCode.CONFIG);
        assertThat(gateway.err()).startsWith("error: the tables of the fleet are of a newer program");
    }

    @Test
    void tablesOfAnOlderProgramAreNamed() throws Exception {
        join("one", SECRETS).close();
        PostgresServer.execute(url, "UPDATE fleet_schema SET step = 1");
        assertThat(run("fleet", "status")).isEqualTo(ExitCode.UNAVAILABLE);
        assertThat(gateway.err()).startsWith("error: the tables of the fleet are of an older program");
    }

    private Membership join(String node, Map<String, String> secrets) throws IOException {
        return Membership.join(
                new Postgres(url, LIMIT),
                new Membership.Self(node, "1.2.3", secrets),
                new Membership.Lease(Duration.ofSeconds(4), Duration.ofMinutes(2)),
                InstantSource.system());
    }

    @Test
    void aDatabaseThatIsAwayIsNamed() throws IOException {
        gateway.configure("""
            upstreams: { mx: { networks: 127.0.0.0/8 } }
            fleet: { node: one, database: { url: "postgresql://127.0.0.1:1/mail", tls: off } }
            """);
        for (String command : List.of("fleet status", "journal list", "journal show 4UP", "check", "run")) {
            assertThat(run(command.split(" ", -1))).as(command).isEqualTo(ExitCode.UNAVAILABLE);
            assertThat(gateway.err()).as(command).contains("postgresql://postseal@127.0.0.1:1/mail cannot be reached");
        }
    }

    /** Each command says the same of a fault, and with 78, systemd does not start the gateway again. */
    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "stranger | DATABASE | off    | 78 | permission denied for              | GRANT",
                "nobody   | DATABASE | off    | 78 | role \"nobody\" does not exist      | pg_hba.conf",
                "postseal | missing  | off    | 78 | database \"missing\" does not exist | fleet.database.url",
                "postseal | DATABASE | verify | 78 | does not support SSL               | fleet.database.tls",
                "reader   | DATABASE | off    | 69 | no host that answers takes writes  | the server",
            })
    void aFaultOfTheDatabaseIsNamed(String user, String name, String tls, int code, String error, String hint)
            throws Exception {
        assertThat(run("cert", "list")).isEqualTo(ExitCode.UNAVAILABLE);
        join("one", SECRETS).close();
        CertificateDatabase.open(new Postgres(url, LIMIT), 1).close();
        String role = user + (user.equals("stranger") || user.equals("reader") ? "_" + database() : "");
        if (!role.equals(user)) {
            PostgresServer.execute(url, "CREATE ROLE " + role + " LOGIN");
            PostgresServer.execute(
                    url, "ALTER ROLE " + role + " SET default_transaction_read_only = " + user.equals("reader"));
        }
        configureFleet(role, name.replace("DATABASE", database()), tls);
        for (String command : List.of("fleet status", "fleet restored", "journal list", "check", "run", "cert list")) {
            assertThat(run(command.split(" ", -1))).as(command + gateway.err()).isEqualTo(code);
            assertThat(gateway.err()).as(command).contains(error);
            if (gateway.err().startsWith("error: ")) {
                assertThat(gateway.err().lines().filter(line -> line.startsWith("hint: ")))
                        .as(command)
                        .singleElement()
                        .satisfies(line -> assertThat(line).contains(hint));
            }
        }
    }

    @Test
    void aGatewayThatIsAloneHasNoFleet() throws IOException {
        gateway.configure("");
        assertThat(run("fleet", "status")).isEqualTo(ExitCode.UNAVAILABLE);
        assertThat(gateway.err()).startsWith("error: this gateway is alone\n");
    }

    private List<String> listed(String... options) {
        String[] words = new String[options.length + 3];
        words[0] = "journal";
        words[1] = "list";
        System.arraycopy(options, 0, words, 2, options.length);
        words[options.length + 2] = "--json";
        assertThat(run(words)).isZero();
        return gateway.out()
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
}
