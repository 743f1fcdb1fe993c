package org.postseal.gateway.e2e;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import com.sun.net.httpserver.HttpServer;
import com.unboundid.ldap.sdk.LDAPConnection;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.Base64;
import java.util.HexFormat;
import java.util.List;
import java.util.stream.IntStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.certstore.authority.CaException;
import org.postseal.certstore.authority.CaFolder;
import org.postseal.certstore.authority.IssuedEntry;
import org.postseal.gateway.admin.cli.Administration;
import org.postseal.gateway.admin.cli.Administration.Done;
import org.postseal.gateway.admin.cli.directory.RealSlapd;
import org.postseal.gateway.admin.cli.support.ExitCode;
import org.postseal.gateway.testkit.Await;
import org.postseal.gateway.testkit.GatewayProcess;
import org.postseal.gateway.testkit.HowtoPage;
import org.postseal.gateway.testkit.Received;
import org.postseal.gateway.testkit.ScriptedNextHop;
import org.postseal.gateway.testkit.SmtpSender;

/**
 * A new organization follows {@code docs/howto-ca.md}: it makes an authority, issues certificates for ten users and
 * publishes them to a slapd. A partner with their own gateway finds them there, trusts the exported collection and
 * encrypts. The partner refuses one user when the list says that the certificate is revoked. There are two gateways, a
 * slapd and a web server, each reached by its sockets.
 */
class TwoOrganizationsIT {
    private static final HowtoPage PAGE = new HowtoPage("howto-ca.md");
    private static final String SENDER = "eve@partner.example";
    private static final List<String> USERS = IntStream.rangeClosed(1, 10)
            .mapToObj(each -> "user" + each + "@example.com")
            .toList();
    private static final byte[] MESSAGE = ("From: " + SENDER + "\r\nTo: " + String.join(",\r\n ", USERS)
                    + "\r\nMessage-ID: <plan@partner.example>\r\nSubject: plan\r\n\r\nthe plan in the clear\r\n")
            .getBytes(US_ASCII);
    private static final List<Integer> PORTS = Await.freePorts(2);
    private static final int OURS = PORTS.get(0);
    private static final int PARTNER = PORTS.get(1);
    /**
     * The lifetime of a list. It is short enough to wait for its end. Until the first mail is encrypted the list is
     * signed again and again, so that a slow machine does no harm.
     */
    private static final Duration SHORT = Duration.ofSeconds(15);

    @TempDir
    private Path folder;

    @Test
    void fromAnAuthorityToARefusal() throws Exception {
        Administration ours = administration("ours");
        Administration partner = administration("partner");
        HttpServer web = served(ours.file("ca/public"));
        try (RealSlapd slapd = RealSlapd.start(Files.createDirectory(folder.resolve("slapd")));
                ScriptedNextHop wire = new ScriptedNextHop();
                ScriptedNextHop mailboxes = new ScriptedNextHop()) {
            try (LDAPConnection admin = slapd.admin()) {
                for (String user : USERS) {
                    slapd.person(admin, user.substring(0, user.indexOf('@')), user);
                }
            }
            found(ours, slapd, web, mailboxes);
            learnt(partner, ours, slapd, web, wire);
            try (Daemon _ = gateway(ours, OURS);
                    Daemon _ = gateway(partner, PARTNER)) {
                assertThat(send(PARTNER, "nobody@example.com", MESSAGE)).startsWith("550 5.7.1");
                encryptedForAll(ours, wire, mailboxes);
                namedByKeyIdentifier(ours, wire);

                run(ours, "sh revocation");
                Await.until(
                        () -> send(PARTNER, "user2@example.com", MESSAGE).startsWith("550 5.7.1"),
                        () -> "never refused");
                partner.at(Instant.now());
                Done explained = partner.run(PAGE.block("sh refusal").strip().substring("postseal ".length()));
                assertThat(explained.exitCode()).isEqualTo(ExitCode.REFUSED);
                assertThat(explained.out().getLast())
                        .matches("none: revoked on \\S+Z \\(key compromised\\) \\(code 13\\)");
                Await.until(
                        () -> send(PARTNER, "user1@example.com", MESSAGE).startsWith("250"),
                        () -> "refused for the other as well");
            }
        } finally {
            web.stop(0);
        }
    }

    /** Founds the organization from nothing. */
    private static void found(Administration ours, RealSlapd slapd, HttpServer web, ScriptedNextHop mailboxes)
            throws IOException {
        ours.write("policy.yaml", """
                version: 1
                internal: [example.com]
                rules: [{ id: rest, when: always, then: mailboxPolicy }]
                """);
        ours.write("ldap.password", RealSlapd.PASSWORD + "\n");
        ours.write("root.pass", "correct horse battery\n");
        ours.write("issuing.pass", "staple battery horse\n");
        ours.write("users.csv", String.join(",,,rsa2048\n", USERS), ",,,rsa2048\n");
        configure(ours, OURS, "inbound", mailboxes, PAGE.block("yaml ours"), slapd, web);
        run(ours, "sh ours", "--url http://pki.example.com/", "--key p256 --url http://127.0.0.1:" + port(web) + "/");
    }

    /** Sets up the partner, who gets the collection. */
    private static void learnt(
            Administration partner, Administration ours, RealSlapd slapd, HttpServer web, ScriptedNextHop wire)
            throws IOException {
        partner.write("policy.yaml", """
                version: 1
                internal: [partner.example]
                smime: { OWAUseKeyIdentifier: true }
                rules:
                  - { id: out, when: { direction: outbound },
                      then: { encrypt: required, onMissingCertificate: reject } }
                  - { id: rest, when: always, then: mailboxPolicy }
                """);
        Files.copy(ours.file("own.sst"), partner.file("own.sst"));
        configure(partner, PARTNER, "submission", wire, PAGE.block("yaml partner"), slapd, web);
        // A look-up by a command asks the servers as well, and the partner's gateway remembers the answer.
        run(partner, () -> shortList(ours), "sh partner");
    }

    private static void encryptedForAll(Administration ours, ScriptedNextHop wire, ScriptedNextHop mailboxes) {
        // A list that the partner still has may end in the middle of this.
        Await.until(
                () -> {
                    shortList(ours);
                    try (SmtpSender sender = SmtpSender.smtp(PARTNER)) {
                        return sender.send(SENDER, USERS, MESSAGE).isDelivered();
                    }
                },
                () -> "never encrypted for all");
        assertThat(wire.received()).flatExtracting(Received::recipients).hasSameElementsAs(USERS);
        for (Received sealed : wire.received()) {
            assertThat(sealed.text())
                    .contains("Content-Type: application/pkcs7-mime")
                    .doesNotContain("the plan in the clear");
            try (SmtpSender sender = SmtpSender.smtp(OURS)) {
                assertThat(sender.send(SENDER, sealed.recipients(), sealed.content())
                                .isDelivered())
                        .isTrue();
            }
        }
        assertThat(mailboxes.received()).flatExtracting(Received::recipients).hasSameElementsAs(USERS);
        assertThat(mailboxes.received())
                .allSatisfy(each -> assertThat(each.text()).contains("the plan in the clear"));
    }

    /**
     * With OWAUseKeyIdentifier a RecipientInfo names a recipient by the subject key identifier of the issued
     * certificate ([0], RFC 5652 §6.2.1).
     */
    private static void namedByKeyIdentifier(Administration ours, ScriptedNextHop wire) throws Exception {
        StringBuilder sealed = new StringBuilder();
        for (Received each : wire.received()) {
            String body = each.text().substring(each.text().indexOf("\r\n\r\n"));
            sealed.append(HexFormat.of().formatHex(Base64.getMimeDecoder().decode(body)));
        }
        try (CaFolder opened = CaFolder.open(ours.file("ca"))) {
            assertThat(opened.index().entries()).hasSize(USERS.size());
            for (IssuedEntry each : opened.index().entries()) {
                assertThat(sealed.toString())
                        .contains("8014"
                                + opened.certificate(each)
                                        .subjectKeyIdentifier()
                                        .orElseThrow()
                                        .hex());
            }
        }
    }

    private static String send(int port, String recipient, byte[] message) {
        try (SmtpSender sender = SmtpSender.smtp(port)) {
            SmtpSender.Outcome outcome = sender.send(SENDER, List.of(recipient), message);
            return outcome.data().isEmpty()
                    ? outcome.recipients().getLast()
                    : outcome.data().getLast();
        }
    }

    /** Publishes a list that ends soon, so that nobody has to wait for days for the next one. */
    private static void shortList(Administration ours) {
        try (CaFolder opened = CaFolder.open(ours.file("ca"))) {
            opened.unlock("staple battery horse".toCharArray(), Instant.now()).publishList(Instant.now(), SHORT);
        } catch (CaException e) {
            throw new IllegalStateException(e);
        }
    }

    /** Runs the commands of a block of the page. */
    private static void run(Administration admin, String block, String... place) {
        run(admin, () -> {}, block, place);
    }

    private static void run(Administration admin, Runnable beforeEach, String block, String... place) {
        String commands = PAGE.block(block);
        if (place.length > 0) {
            assertThat(commands).contains(place[0]);
            commands = commands.replace(place[0], place[1]);
        }
        commands.lines().forEach(line -> {
            beforeEach.run();
            admin.at(Instant.now());
            Done done = admin.run(line.substring("postseal ".length())
                    .replaceAll("(?<= )[\\w/]+\\.(?:pem|pass|csv|sst)\\b", admin.file("") + "/$0"));
            assertThat(done.exitCode())
                    .as("%s: %s %s", line, done.out(), done.err())
                    .isZero();
        });
    }

    private static void configure(
            Administration admin,
            int port,
            String role,
            ScriptedNextHop nextHop,
            String block,
            RealSlapd slapd,
            HttpServer web)
            throws IOException {
        assertThat(block).contains("ldaps://ldap.example.com");
        Files.writeString(
                admin.config(),
                """
                listeners:
                  - { protocol: smtp, address: "127.0.0.1:%d", role: %s }
                trustedPeers: ["127.0.0.0/8"]
                nextHop: "127.0.0.1:%d"
                policy: policy.yaml
                store: { directory: store }
                metrics: { address: none }
                """.formatted(port, role, nextHop.port())
                        + block.replace("ldaps://ldap.example.com", "ldap://127.0.0.1:" + slapd.port())
                                .replace(
                                        "outbound: hard",
                                        "outbound: hard, allowedNetworks: [127.0.0.0/8], allowedPorts: [" + port(web)
                                                + "]"));
    }

    private Administration administration(String name) throws IOException {
        return Administration.in(Files.createDirectory(folder.resolve(name)));
    }

    private static Daemon gateway(Administration admin, int port) {
        Daemon process = Daemon.start(
                admin.file("log"),
                List.of(
                        Path.of(System.getProperty("java.home"), "bin", "java"),
                        "--enable-native-access=ALL-UNNAMED",
                        "--sun-misc-unsafe-memory-access=allow",
                        "-Xmx256m",
                        "-XX:+UseSerialGC",
                        "-cp",
                        GatewayProcess.classPath(),
                        "org.postseal.gateway.admin.Main",
                        "run",
                        "-c",
                        admin.config()));
        boolean isReady = false;
        try {
            Await.listener(port, process::isAlive, process::log);
            isReady = true;
            return process;
        } finally {
            if (!isReady) {
                process.close();
            }
        }
    }

    private static HttpServer served(Path published) throws IOException {
        HttpServer server = HttpServer.create(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), 0);
        server.createContext("/", exchange -> {
            byte[] octets = Files.readAllBytes(
                    published.resolve(exchange.getRequestURI().getPath().substring(1)));
            exchange.sendResponseHeaders(200, octets.length);
            try (var body = exchange.getResponseBody()) {
                body.write(octets);
            }
        });
        server.start();
        return server;
    }

    private static int port(HttpServer server) {
        return server.getAddress().getPort();
    }
}
