package org.postseal.gateway.e2e;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermissions;
import java.sql.SQLException;
import java.time.Duration;
import java.util.HashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Set;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.Collectors;
import java.util.stream.IntStream;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postseal.certstore.database.PostgresServer;
import org.postseal.gateway.road.journal.JournalEntry;
import org.postseal.gateway.testkit.Await;
import org.postseal.gateway.testkit.Command;
import org.postseal.gateway.testkit.GatewayProcess;
import org.postseal.gateway.testkit.HowtoPage;
import org.postseal.gateway.testkit.PostfixLayout;
import org.postseal.gateway.testkit.PrivatePostfix;
import org.postseal.gateway.testkit.Requirements;
import org.postseal.gateway.testkit.ScriptedNextHop;
import org.postseal.gateway.testkit.SmtpSender;
import org.postseal.gateway.testkit.TestPki;

/**
 * One gateway becomes two by the blocks of {@code docs/howto-fleet.md} while mail flows, and one of them is killed. The
 * machines of the page are addresses of this one.
 */
class HowtoFleetIT {
    /** What chooses the gateway. */
    enum Front {
        HAPROXY,
        POSTFIX
    }

    private static final String POLICY = """
        version: 1
        internal: [example.com]
        rules:
          - { id: rest, when: always, then: mailboxPolicy }
        """;

    /** What a gateway of the next version would do at its start: it adds, and says that this version may go on. */
    private static final String NEXT_VERSION = """
        ALTER TABLE fleet_node ADD COLUMN added TEXT NOT NULL DEFAULT 'next';
        ALTER TABLE fleet_delivery ADD COLUMN added TEXT;
        UPDATE fleet_schema SET step = step + 1;
        ALTER TABLE certificate ADD COLUMN added TEXT;
        INSERT INTO schema_version SELECT max(version) + 1, 0, max(oldest) FROM schema_version
        """;

    private static final String FIRST = "127.0.0.11";
    private static final String SECOND = "127.0.0.12";

    @TempDir
    private Path folder;

    private final List<Integer> ports = Await.freePorts(3);
    private final AtomicInteger sent = new AtomicInteger();
    private volatile boolean isOver;

    @ParameterizedTest
    @EnumSource
    void oneGatewayBecomesTwoAndOneIsKilledAndNothingIsLost(Front front) throws Exception {
        Requirements.postfix();
        Requirements.programs("haproxy");
        String admin = PostgresServer.shared().newDatabase();
        PostfixLayout layout = new PostfixLayout("mail.example.com");
        HowtoPage page = new HowtoPage("howto-fleet.md", places(layout, admin, front));
        Path settings = Files.writeString(folder.resolve("haproxy.cfg"), page.block("haproxy.cfg"));
        makeDatabase(admin, page);
        try (TestPki pki = new TestPki();
                ScriptedNextHop hop = new ScriptedNextHop();
                GatewayProcess one = new GatewayProcess(pki);
                GatewayProcess other = new GatewayProcess(pki);
                Daemon haproxy =
                        Daemon.start(folder.resolve("haproxy.log"), List.of("haproxy", "-db", "-f", settings));
                PrivatePostfix postfix = PrivatePostfix.start(behind(front, page, layout, hop.port()))) {
            String alone = page.block("yaml gateway");
            configure(one, alone + "directory: { database: postseal.db }\n");
            one.start();
            Thread load = Thread.ofVirtual().start(() -> send(layout.submissionPort()));
            awaitMore(hop, postfix, one);

            one.stop();
            String shared = alone + page.block("yaml fleet");
            configure(one, shared);
            PageShell shell = PageShell.make(folder, one.file("postseal.yaml"), List.of());
            assertThat(shell.said(page.block("sh copy")
                            .replace(
                                    "/var/lib/postseal/postseal.db",
                                    one.file("postseal.db").toString())))
                    .contains("SHA-256 ON BOTH SIDES", "\ncopied ");
            one.start();
            awaitMore(hop, postfix, one);

            configure(other, shared.replace(FIRST, SECOND).replace("gw-1", "gw-2"));
            other.start();
            Await.until(
                    () -> shell.said(page.block("sh look")).matches("(?s).*gw-1 +ready.*gw-2 +ready.*"), other::log);
            awaitMore(hop, postfix, other);

            String database = database(admin, front);
            PostgresServer.execute(database, NEXT_VERSION);
            one.kill();
            awaitMore(hop, postfix, other);
            one.start();
            awaitMore(hop, postfix, one);
            other.stop();
            other.start();
            awaitMore(hop, postfix, other);

            isOver = true;
            load.join();
            // What was deferred meanwhile is tried when the mail server runs its queue.
            postfix.flush();
            Await.until(() -> missing(hop).isEmpty(), () -> "lost: " + fates(missing(hop), postfix));
            postfix.awaitEmptyQueue();
            Set<String> doubtful = new FleetDatabase(database)
                    .rows().stream()
                            .filter(row -> row.doubts() > 0)
                            .map(JournalEntry::recipient)
                            .collect(Collectors.toSet());
            assertThat(copies(hop).entrySet().stream()
                            .filter(entry -> entry.getValue() > 1 && !doubtful.contains(entry.getKey())))
                    .isEmpty();
            assertThat(haproxy.isAlive()).isTrue();
            assertThat(other.log()).doesNotContain("no name in upstreams fits");
            assertThat(copies(hop)).hasSizeGreaterThan(20);

            one.stop();
            other.stop();
            canBeRestored(shell, database, postgres(admin, front));
            PostgresServer.execute(database, "UPDATE fleet_schema SET oldest = step");
            Command.Result refused = shell.run("postseal run");
            assertThat(refused.isSuccess()).isFalse();
            assertThat(refused.messages()).contains("of a newer program");
        }
    }

    /** Runs the blocks of {@code docs/howto-backup.md} on a fleet. */
    private void canBeRestored(PageShell shell, String database, String address) throws SQLException {
        HowtoPage page = new HowtoPage(
                "howto-backup.md",
                Map.of(
                        "/var/backups/postseal",
                        folder.toString(),
                        "postgresql://postseal@db1.example.com/postseal",
                        address));
        List<JournalEntry> before = new FleetDatabase(database).rows();
        // The programs must be those of the server.
        String path = "PATH=/usr/lib/postgresql/17/bin:$PATH\n";
        String _ = shell.said(path + page.block("sh dump"));
        PostgresServer.execute(database, "DELETE FROM fleet_delivery; DROP TABLE fleet_node");
        String _ = shell.said(path + page.block("sh undump"));
        assertThat(new FleetDatabase(database).rows()).isNotEmpty().containsExactlyInAnyOrderElementsOf(before);
        PostgresServer.execute(database, "SELECT name FROM fleet_node");
    }

    /** Sends to another recipient every 100 ms, as many connections as there are messages. */
    private void send(int port) {
        for (int i = 0; !isOver; i++) {
            SmtpSender.send(
                    port,
                    "alice@example.com",
                    List.of(recipient(i)),
                    ("From: alice@example.com\r\nTo: " + recipient(i) + "\r\nMessage-ID: <" + i
                                    + "@test>\r\n\r\nhello\r\n")
                            .getBytes(US_ASCII));
            sent.incrementAndGet();
            Await.pause(Duration.ofMillis(100));
        }
    }

    /** Waits until some that were sent from now on have arrived. */
    private void awaitMore(ScriptedNextHop hop, PrivatePostfix postfix, GatewayProcess gateway) {
        int next = sent.get() + 1;
        Await.until(
                () -> IntStream.range(next, sent.get())
                                .filter(number -> copies(hop).containsKey(recipient(number)))
                                .count()
                        > 2,
                () -> "no mail since " + recipient(next) + "\n" + gateway.log() + "\n" + postfix.log());
    }

    /** Returns what the mail server says of the recipients. */
    private static String fates(Set<String> recipients, PrivatePostfix postfix) {
        return postfix.log()
                .lines()
                .filter(line -> recipients.stream().anyMatch(recipient -> line.contains("<" + recipient + ">")))
                .collect(Collectors.joining("\n", recipients + "\n", "\nin the queue: " + postfix.deferred()));
    }

    private Set<String> missing(ScriptedNextHop hop) {
        Set<String> arrived = copies(hop).keySet();
        return IntStream.range(0, sent.get())
                .mapToObj(HowtoFleetIT::recipient)
                .filter(recipient -> !arrived.contains(recipient))
                .collect(Collectors.toSet());
    }

    /** Returns how many copies each recipient has. */
    private static Map<String, Integer> copies(ScriptedNextHop hop) {
        Map<String, Integer> copies = new HashMap<>();
        hop.received()
                .forEach(
                        message -> message.recipients().forEach(recipient -> copies.merge(recipient, 1, Integer::sum)));
        return copies;
    }

    private static String recipient(int number) {
        return "user" + number + "@partner.example";
    }

    private static void configure(GatewayProcess gateway, String lines) throws IOException {
        // Its listeners are not on the address where others are awaited.
        gateway.prepare(POLICY, lines, List.of());
        Path password = Files.writeString(gateway.file("database.password"), "a long one\n");
        Files.setPosixFilePermissions(password, PosixFilePermissions.fromString("rw-------"));
    }

    private static void makeDatabase(String admin, HowtoPage page) throws SQLException {
        // A database is made by a statement of its own.
        for (String each : page.block("sql database").split(";\n", -1)) {
            PostgresServer.execute(admin, each);
        }
    }

    private static String database(String admin, Front front) {
        return admin.replaceFirst("/test\\d+\\?", "/" + role(front) + "?");
    }

    /** Returns the address as the configuration has it. */
    private static String postgres(String admin, Front front) {
        return database(admin, front)
                .replaceFirst("jdbc:postgresql://", "postgresql://" + role(front) + "@")
                .replaceFirst("\\?.*", "");
    }

    private static String role(Front front) {
        return "fleet_" + front.name().toLowerCase(Locale.ROOT);
    }

    private Map<String, String> places(PostfixLayout layout, String admin, Front front) {
        Map<String, String> places = new HashMap<>(Map.of(
                "192.0.2.5:10026", "127.0.0.1:" + layout.reinjectionPort(),
                // Only the mail server has this address: HAProxy must name it, or no name in upstreams fits.
                "192.0.2.5", "127.0.0.5",
                "from: [192.0.2.10]", "from: [127.0.0.1]",
                "trust: database-ca.pem", "tls: off",
                "port 9725", "port " + ports.get(2)));
        for (String[] host :
                new String[][] {{"192.0.2.10", "127.0.0.10"}, {"192.0.2.11", FIRST}, {"192.0.2.12", SECOND}}) {
            for (String end : List.of("", "]")) {
                places.put(host[0] + end + ":10024", host[1] + end + ":" + ports.get(0));
                places.put(host[0] + end + ":10025", host[1] + end + ":" + ports.get(1));
            }
            places.put(host[0] + ":9725", host[1] + ":" + ports.get(2));
        }
        places.put("postgresql://postseal@db1.example.com,db2.example.com/postseal", postgres(admin, front));
        places.put("ROLE postseal", "ROLE " + role(front));
        places.put("DATABASE postseal OWNER postseal", "DATABASE " + role(front) + " OWNER " + role(front));
        return places;
    }

    /** Configures a mail server whose filters of {@code docs/howto-postfix.md} lead to the gateways. */
    private PostfixLayout behind(Front front, HowtoPage page, PostfixLayout layout, int nextHop) {
        Map<String, String> places = new HashMap<>(layout.places(ports.get(0), ports.get(1)));
        places.put(
                "gateway:[127.0.0.1]:10024",
                front == Front.HAPROXY
                        ? "gateway:[127.0.0.10]:" + ports.get(0)
                        : page.block("two/master.cf").strip().replaceFirst("-o content_filter=", ""));
        places.put(
                "gateway:[127.0.0.1]:10025",
                front == Front.HAPROXY
                        ? "gateway:[127.0.0.10]:" + ports.get(1)
                        : page.block("two/main.cf").strip().replaceFirst("content_filter = ", ""));
        return layout.as(new HowtoPage("howto-postfix.md"), "", places)
                .setting("lmtp_bind_address = 127.0.0.5")
                .setting("minimal_backoff_time = 1s")
                .setting("maximal_backoff_time = 1s")
                .setting("queue_run_delay = 1s")
                .setting("transport_retry_time = 1s")
                .routeTo("partner.example", nextHop);
    }
}
