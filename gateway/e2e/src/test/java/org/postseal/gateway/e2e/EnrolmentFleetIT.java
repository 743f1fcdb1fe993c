package org.postseal.gateway.e2e;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Locale;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.TimeUnit;
import java.util.stream.Stream;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postseal.certstore.database.PostgresServer;
import org.postseal.certstore.key.MasterKey;
import org.postseal.gateway.admin.Main;
import org.postseal.gateway.admin.cli.CapturedConsole;
import org.postseal.gateway.admin.cli.enrol.AcmeFault;
import org.postseal.gateway.admin.cli.enrol.ScriptedAcme;
import org.postseal.gateway.road.journal.JournalEntry;
import org.postseal.gateway.smtp.FailPoint;
import org.postseal.gateway.testkit.AuditLine;
import org.postseal.gateway.testkit.Await;
import org.postseal.gateway.testkit.GatewayProcess;
import org.postseal.gateway.testkit.Received;
import org.postseal.gateway.testkit.ScriptedNextHop;
import org.postseal.gateway.testkit.SmtpSender;
import org.postseal.gateway.testkit.TestPki;

/**
 * Certificates of an ACME authority for a fleet. The process that orders, or that answers the authority's mail, is
 * killed in the middle of its work, and another node goes on. The authority, which was written from the RFCs, judges
 * every answer and counts the orders.
 */
@Timeout(180)
final class EnrolmentFleetIT {
    @TempDir
    private static Path shared;

    private static final List<AutoCloseable> OPEN = new ArrayList<>();
    private static TestPki pki;
    /** The mail server in front of the gateways, with the mail that it has for them. */
    private static ScriptedNextHop mailServer;

    private static ScriptedNextHop hop;
    private static Fleet fleet;
    private static GatewayProcess other;

    /** The gateways that share a database, and their authority. */
    private record Fleet(FleetDatabase database, ScriptedAcme acme, Path folder, String users) {
        static Fleet of(Path folder, String users) throws Exception {
            ScriptedAcme acme = open(ScriptedAcme.start(folder, Instant.now()));
            acme.mailTo(mailServer.port());
            MasterKey.create(folder.resolve("master.key"));
            return new Fleet(new FleetDatabase(PostgresServer.shared()), acme, folder, users);
        }

        /** Makes a node, whose gateway is not started. */
        GatewayProcess node(String name) throws IOException {
            GatewayProcess node = open(new GatewayProcess(pki));
            Path _ = Files.copy(acme.trustFile(), node.file("store/trust/acme.pem"));
            return node.configuration(database.configuration(name)
                            + """
                            journal: { timeLimit: 2s }
                            directory: { masterKey: "%1$s/master.key" }
                            enrolment:
                              authorities:
                                public:
                                  acme: { directory: "%2$s", trust: "%3$s", account: "%1$s/account.key", contact: hostmaster@example.com, termsAgreed: true }
                              users: [{ for: [%4$s], authority: public, key: p256 }]
                            """.formatted(folder, acme.directoryUrl(), acme.trustFile(), users))
                    .prepare(POLICY, hop.port());
        }

        long orders() {
            return acme.requests().stream()
                    .filter(each -> each.equals("POST /new-order"))
                    .count();
        }
    }

    @BeforeAll
    static void start() throws Exception {
        pki = open(new TestPki());
        mailServer = open(new ScriptedNextHop());
        hop = open(new ScriptedNextHop());
        fleet = Fleet.of(
                shared,
                String.join(
                        ", ",
                        Stream.of(FailPoint.values())
                                .map(EnrolmentFleetIT::user)
                                .toList()));
        other = fleet.node("other").start();
        assertThat(enrol(other, Instant.now()).out())
                .endsWith("0 certificates taken, " + FailPoint.values().length + " waiting, 0 refused, for "
                        + FailPoint.values().length + " users\n");
    }

    @AfterAll
    static void end() throws Exception {
        for (AutoCloseable each : OPEN) {
            each.close();
        }
    }

    /**
     * Until the database says ACCEPTED, nobody but the dead node can know whether its answer has left, and after the
     * dot it has: a second answer leaves, and is on record as one that may be. It is the same as the first. From
     * ACCEPTED on, there is no second answer.
     */
    @ParameterizedTest
    @CsvSource({
        "AFTER_PREPARE, 0, 1, sent_again",
        "AFTER_NEXT_HOP_DOT, 1, 2, sent_again",
        "AFTER_NEXT_HOP_REPLY, 1, 2, sent_again",
        "AFTER_JOURNAL_COMMIT, 1, 1, suppressed",
        "AFTER_REPLY, 1, 1, suppressed"
    })
    void anotherNodeAnswersWhenOneDies(FailPoint point, int before, int answers, String journal) throws Exception {
        String user = user(point);
        String challenge = challenge(user);
        List<String> faults = fleet.acme().faults();
        GatewayProcess dying = fleet.node(name(point)).main("org.postseal.gateway.e2e.load.HaltingMain");
        dying.javaOptions(List.of(
                        "-Xmx256m", "-XX:+UseSerialGC", "-XX:TieredStopAtLevel=1", "-Dhalt.at=" + dying.file("halt")))
                .start();
        Path _ = Files.createFile(dying.file("halt." + point));
        boolean hasReply = isTaken(dying, user, challenge);
        dying.awaitEnd();
        assertThat(hasReply).isEqualTo(point == FailPoint.AFTER_REPLY);
        assertThat(answers(challenge)).hasSize(before);

        if (journal.equals("sent_again")) {
            assertThat(isTaken(other, user, challenge))
                    .as("the other node may come back and say what it knows")
                    .isFalse();
            assertThat(answers(challenge)).hasSize(before);
            letTimePassFor(name(point));
        }
        Await.until(() -> isTaken(other, user, challenge), other::log);

        assertThat(answers(challenge)).hasSize(answers);
        assertThat(hop.received()).noneMatch(each -> each.recipients().contains(user));
        answers(challenge).forEach(fleet.acme()::take);
        assertThat(fleet.acme()
                        .faults()
                        .subList(faults.size(), fleet.acme().faults().size()))
                .as("what the authority objects to")
                .isEqualTo(Collections.nCopies(answers - 1, "mail: a challenge is responded to twice"));
        assertThat(records(dying, user)).isEqualTo(hasReply ? List.of("answer success -") : List.of());
        assertThat(records(other, user)).containsOnlyOnce("answer success [" + journal + "]");
        assertThat(fleet.database().rows())
                .filteredOn(row -> row.recipient().equals(user))
                .extracting(JournalEntry::doubts)
                .containsExactly(journal.equals("sent_again") ? 1 : 0);
    }

    @Test
    void oneOfTwoRunsOrdersAndAfterItsDeathAnotherGoesOn(@TempDir Path folder) throws Exception {
        String user = "frank@example.com";
        Fleet two = Fleet.of(folder, user);
        GatewayProcess one = two.node("one");
        GatewayProcess another = two.node("another").start();
        two.acme().with(AcmeFault.ENDLESS, "authorization");
        Process first = run(one);
        Process second = run(another);
        try {
            CompletableFuture.anyOf(first.onExit(), second.onExit()).get(60, TimeUnit.SECONDS);
            boolean isFirst = first.isAlive();
            assertThat(isFirst ? second.exitValue() : first.exitValue()).isEqualTo(75);
            String busy = "error: another command is at this work, on node " + (isFirst ? "one" : "another")
                    + "\nhint: nothing was changed, try again\n";
            assertThat(Files.readString((isFirst ? another : one).file("run"))).isEqualTo(busy);
            Await.until(
                    () -> two.acme().requests().contains("POST /authorization/1"),
                    () -> two.acme().requests().toString());
            (isFirst ? first : second).destroyForcibly().waitFor();
            two.acme().without(AcmeFault.ENDLESS);
            assertThat(enrol(another, Instant.now()).err())
                    .as("the turn outlives it")
                    .isEqualTo(busy);
        } finally {
            first.destroyForcibly();
            second.destroyForcibly();
        }
        Await.until(() -> !enrol(another, Instant.now()).out().isEmpty(), () -> "the turn does not end");
        String challenge = challenge(user);
        assertThat(isTaken(another, user, challenge)).isTrue();
        answers(challenge).forEach(two.acme()::take);
        assertThat(enrol(another, Instant.now().plus(Duration.ofHours(1))).out())
                .endsWith("1 certificate taken, 0 waiting, 0 refused, for 1 user\n");
        assertThat(two.orders()).isEqualTo(1);
        assertThat(two.acme().issued()).hasSize(1);
        assertThat(two.acme().faults()).isEmpty();
    }

    private static <T extends AutoCloseable> T open(T resource) {
        OPEN.addFirst(resource);
        return resource;
    }

    /** Returns what the node is called that dies at this point. */
    private static String name(FailPoint point) {
        return point.toString().toLowerCase(Locale.ROOT).replace('_', '-');
    }

    private static String user(FailPoint point) {
        return name(point) + "@example.com";
    }

    /** Runs the command in this process, at this time. */
    private static CapturedConsole enrol(GatewayProcess node, Instant now) {
        CapturedConsole console = new CapturedConsole();
        int _ = console.runAt(now, "-c", node.file("postseal.yaml").toString(), "enrol", "run");
        return console;
    }

    /** Starts the command as a process of its own, whose output is in the file {@code run}. */
    private static Process run(GatewayProcess node) throws IOException {
        return new ProcessBuilder(
                        Path.of(System.getProperty("java.home"), "bin", "java").toString(),
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "-XX:TieredStopAtLevel=1",
                        "-cp",
                        GatewayProcess.classPath(),
                        Main.class.getName(),
                        "-c",
                        node.file("postseal.yaml").toString(),
                        "enrol",
                        "run")
                .redirectErrorStream(true)
                .redirectOutput(node.file("run").toFile())
                .start();
    }

    /** Returns the authority's mail to this user, with what our mail server says of it. */
    private static String challenge(String user) {
        Await.until(
                () -> mailServer.received().stream()
                        .anyMatch(each -> each.recipients().contains(user)),
                () -> "no mail for " + user);
        return PROOF
                + mailServer.received().stream()
                        .filter(each -> each.recipients().contains(user))
                        .findFirst()
                        .orElseThrow()
                        .text();
    }

    /** Does what the mail server does once for each attempt. */
    private static boolean isTaken(GatewayProcess node, String user, String challenge) {
        try (SmtpSender sender = SmtpSender.smtp(node.inboundSmtp())) {
            String _ = sender.exchange("XFORWARD IDENT=" + user.replace("@", "-") + " SOURCE=REMOTE");
            SmtpSender.Outcome outcome =
                    sender.send("bounces@ca.example", List.of(user), challenge.getBytes(ISO_8859_1));
            assertThat(outcome.data()).singleElement().asString().matches("(?s)250 2.*|451 4\\.3\\.0 .*");
            return outcome.isDelivered();
        } catch (UncheckedIOException died) {
            return false;
        }
    }

    /** Returns the answers to this challenge that the next hop has. */
    private static List<Received> answers(String challenge) {
        String token = challenge.replaceFirst("(?s).*\r\nSubject: (ACME: [^\r]*)\r\n.*", "$1");
        return hop.received().stream()
                .filter(each -> each.text().contains("\r\nSubject: Re: " + token + "\r\n"))
                .toList();
    }

    /** The machine of the node is away for longer than the others wait for it. */
    private static void letTimePassFor(String node) throws Exception {
        PostgresServer.execute(
                fleet.database().url(),
                "UPDATE fleet_node SET alive = alive - INTERVAL '5 minutes' WHERE name = '" + node
                        + "'; UPDATE fleet_node SET since = since - INTERVAL '5 minutes' WHERE name = 'other'");
    }

    /** Returns what the audit log of a node says of mail to this user that was not deferred. */
    private static List<String> records(GatewayProcess node, String user) throws IOException {
        return AuditLine.read(node.file("audit.jsonl")).stream()
                .filter(line -> line.is("recipient-done") && line.toString().contains(user))
                .map(line -> line.text("postseal.decision") + " " + line.text("event.outcome") + " "
                        + line.text("postseal.journal"))
                .toList();
    }

    private static final String POLICY = """
            version: 1
            internal: [example.com]
            trustedAuthservIds: mx.example.com
            rules:
              - { id: rest, when: always, then: mailboxPolicy }
            """;

    private static final String PROOF = """
            Authentication-Results: mx.example.com; dkim=pass header.d=ca.example
            DKIM-Signature: v=1; a=rsa-sha256; d=ca.example; s=acme; bh=AAAA; b=BBBB;
             h=From:Sender:Reply-To:To:Cc:Subject:Date:In-Reply-To:References:
             Message-ID:Auto-Submitted:Content-Type:Content-Transfer-Encoding
            """.replace("\n", "\r\n");
}
