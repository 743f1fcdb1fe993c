package org.postseal.gateway.app.assembly;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import io.netty.handler.ssl.util.InsecureTrustManagerFactory;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.X509Certificate;
import java.time.Instant;
import java.time.InstantSource;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.gateway.config.PolicyFile;
import org.postseal.gateway.road.pipeline.Parties;
import org.postseal.gateway.testkit.Action;
import org.postseal.gateway.testkit.AuditLine;
import org.postseal.gateway.testkit.Await;
import org.postseal.gateway.testkit.Script;
import org.postseal.gateway.testkit.ScriptedNextHop;
import org.postseal.gateway.testkit.TestTls;

/**
 * Gives another {@code postseal.yaml} to a gateway that runs. Tests from when on it counts, for whom, and what is on
 * record of it.
 */
@Timeout(60)
class ConfigReloadIT {
    private static final Instant NOW = Instant.parse("2026-11-24T12:00:00Z");
    private static final String GONE = "421 4.3.2 Service is shutting down";

    @TempDir
    private Path home;

    private final List<Integer> ports = Await.freePorts(3);
    private ScriptedNextHop hop;
    private Setup setup;
    private RunningGateway gateway;
    private Reload reload;

    @BeforeEach
    void start() throws Exception {
        Parties.writeStore(Files.createDirectories(home.resolve("store")));
        Files.writeString(home.resolve("policy.yaml"), """
            version: 1
            internal: [example.com]
            rules: [{ id: relay, when: always, then: { sign: never } }]
            """);
        TestTls.write(home, "tls", "first.example.com");
        hop = new ScriptedNextHop();
        Path config = write("gw.example.com", "", hop.port(), ports.get(0), ports.get(1));
        GatewayAssembly assembly = new GatewayAssembly();
        SetupReader setups = new SetupReader(assembly);
        setup = Setups.read(setups, config);
        gateway = RunningGateway.start(assembly, setup);
        reload = new Reload(setups, config, gateway, setup, InstantSource.fixed(NOW));
    }

    @AfterEach
    void stop() throws IOException {
        gateway.close();
        setup.close();
        hop.close();
    }

    @Test
    void sessionsEndUnderWhatTheyBeganWithAndNewOnesHaveWhatIsNew() throws IOException {
        try (Client before = new Client(ports.get(0))) {
            before.greet();
            write(
                    "new.example.com",
                    "limits: { recipients: 100, messageOctets: 2000 }",
                    hop.port(),
                    ports.get(0),
                    ports.get(1));
            reload.signalled();

            assertThat(before.said("MAIL FROM:<alice@example.com> SIZE=3000")).isEqualTo("250 2.1.0 Sender OK");
            assertThat(before.finish()).isEqualTo("250 2.0.0 queued as 4ABC");
            assertThat(before.said("NOOP")).isEqualTo("250 2.0.0 OK");
            try (Client after = new Client(ports.get(0))) {
                assertThat(after.greeting()).isEqualTo("220 new.example.com LMTP Postseal");
                after.greet();
                assertThat(after.said("MAIL FROM:<alice@example.com> SIZE=3000"))
                        .isEqualTo("552 5.3.4 Message too big");
            }
        }
        AuditLine line = lines("configuration-reloaded").getFirst();
        assertThat(line.value("postseal.changes")).contains(List.of("hostName", "authservId", "limits"));
        assertThat(line.value("postseal.waiting")).isEmpty();
        assertThat(line.text("file.hash.sha256"))
                .isEqualTo(
                        PolicyFile.read(home.resolve("postseal.yaml")).sha256().orElseThrow());
    }

    @Test
    void whereNothingHasChangedNothingIsOpenedAnewAndNothingRecorded() throws IOException {
        try (Client client = new Client(ports.get(0))) {
            client.greet();
            assertThat(client.send()).startsWith("250");
            reload.signalled();
            assertThat(client.send()).startsWith("250");
        }
        assertThat(hop.connections()).isEqualTo(1);
        assertThat(lines("configuration-reloaded")).isEmpty();
    }

    @Test
    void aListenerThatIsGoneLetsItsMessagesEndAndANewOneIsOpen() throws IOException {
        try (Client idle = new Client(ports.get(1));
                Client sending = new Client(ports.get(1))) {
            idle.greet();
            sending.greet();
            assertThat(sending.said("MAIL FROM:<alice@example.com>")).startsWith("250");
            write("gw.example.com", "", hop.port(), ports.get(0), ports.get(2));
            reload.signalled();

            assertThat(idle.line()).isEqualTo(GONE);
            assertThat(sending.finish()).isEqualTo("250 2.0.0 queued as 4ABC");
            assertThat(sending.line()).isEqualTo(GONE);
            Await.until(() -> refuses(ports.get(1)), () -> "the port is still open");
            try (Client fresh = new Client(ports.get(2))) {
                fresh.greet();
                assertThat(fresh.send()).startsWith("250");
            }
        }
        // The old listener is configured again, while it may still be about to end
        write("gw.example.com", "", hop.port(), ports.get(0), ports.get(1));
        reload.signalled();
        try (Client again = new Client(ports.get(1))) {
            again.greet();
            assertThat(again.send()).startsWith("250");
        }
    }

    @Test
    void whereAListenerCannotBeOpenedEverythingStaysAndIsSaid() throws IOException {
        try (ScriptedNextHop other = new ScriptedNextHop();
                ServerSocket taken = new ServerSocket(ports.get(2), 1, InetAddress.getLoopbackAddress());
                Client before = new Client(ports.get(1))) {
            before.greet();
            Path config = write("new.example.com", "", other.port(), ports.get(0), taken.getLocalPort());
            reload.signalled();

            assertThat(before.send()).startsWith("250");
            try (Client after = new Client(ports.get(0))) {
                assertThat(after.greeting()).isEqualTo("220 gw.example.com LMTP Postseal");
                after.greet();
                assertThat(after.send()).startsWith("250");
            }
            assertThat(other.received()).isEmpty();
            assertThat(hop.received()).hasSize(2);
            assertThat(gateway.policyState().problems()).isEqualTo(1);
            assertThat(gateway.policyState().reloads().lastFailureAt()).contains(NOW);
            assertThat(lines("configuration-reloaded")).isEmpty();
            assertThat(lines("configuration-reload-refused").getFirst().value("postseal.problems"))
                    .contains(List.of(config + ":5: listeners[1].address: cannot listen on 127.0.0.1 port "
                            + taken.getLocalPort() + ": Address already in use"));
        }
        // The port is free now
        reload.signalled();
        assertThat(gateway.policyState().problems()).isZero();
        try (Client after = new Client(ports.get(2))) {
            assertThat(after.greeting()).isEqualTo("220 new.example.com LMTP Postseal");
        }
    }

    @Test
    void aMessageOnItsWayEndsAtTheNextHopItBeganWith() throws IOException {
        CountDownLatch latch = new CountDownLatch(1);
        try (ScriptedNextHop slow = new ScriptedNextHop(Script.at(Script.Stage.DOT, new Action.Await(latch)));
                Client waiting = new Client(ports.get(0));
                Client next = new Client(ports.get(0))) {
            waiting.greet();
            next.greet();
            write("gw.example.com", "", slow.port(), ports.get(0), ports.get(1));
            reload.signalled();
            assertThat(waiting.said("MAIL FROM:<alice@example.com>")).startsWith("250");
            waiting.say(waiting.rest());
            Await.until(() -> slow.completed() == 1, () -> "the message does not come");

            write("gw.example.com", "", hop.port(), ports.get(0), ports.get(1));
            reload.signalled();
            assertThat(next.send()).startsWith("250");
            assertThat(hop.received()).hasSize(1);
            latch.countDown();
            assertThat(waiting.rested()).isEqualTo("250 2.0.0 queued as 4ABC");
            assertThat(slow.received()).hasSize(1);
            // The last message over this next hop has its reply, so its connections are closed
            Await.until(() -> slow.isDeserted(), () -> "still connected");
        }
    }

    @Test
    void anotherCertificateInTheSameFilesCountsFromTheNextHandshake() throws Exception {
        try (Client before = new Client(ports.get(0));
                Client secured = new Client(ports.get(0))) {
            before.greet();
            secured.greet();
            assertThat(secured.startTls()).isEqualTo("CN=first.example.com");
            TestTls.write(home, "tls", "second.example.com");
            reload.signalled();

            assertThat(before.startTls()).isEqualTo("CN=second.example.com");
            secured.greet();
            assertThat(secured.send()).startsWith("250");
        }
        assertThat(lines("configuration-reloaded").getFirst().value("postseal.changes"))
                .contains(List.of("TLS files"));

        Files.writeString(home.resolve("tls.key"), "nothing");
        reload.signalled();
        assertThat(gateway.policyState().problems()).isEqualTo(1);
        try (Client after = new Client(ports.get(0))) {
            after.greet();
            assertThat(after.startTls()).isEqualTo("CN=second.example.com");
        }
    }

    @Test
    void whatWaitsForTheNextStartIsNamed() throws IOException {
        write(
                "gw.example.com",
                "mode: observe\nmetrics: { address: none }\nauthservId: other",
                hop.port(),
                ports.get(0),
                ports.get(1));
        reload.signalled();
        AuditLine line = lines("configuration-reloaded").getFirst();
        assertThat(line.value("postseal.changes")).contains(List.of("authservId"));
        assertThat(line.value("postseal.waiting")).contains(List.of("mode", "metrics"));
        assertThat(gateway.policyState().isObserved()).isFalse();
    }

    private Path write(String hostName, String lines, int nextHop, int one, int other) throws IOException {
        return Files.writeString(home.resolve("postseal.yaml"), """
            hostName: %s
            listeners:
              - { protocol: lmtp, address: "127.0.0.1:%d", role: submission,
                  tls: { certificate: tls.pem, key: tls.key } }
              - { protocol: lmtp, address: "127.0.0.1:%d", role: submission }
            nextHop: "127.0.0.1:%d"
            %s
            """.formatted(hostName, one, other, nextHop, lines));
    }

    private List<AuditLine> lines(String action) throws IOException {
        return AuditLine.read(home.resolve("admin.jsonl")).stream()
                .filter(line -> line.is(action))
                .toList();
    }

    private static boolean refuses(int port) {
        try (Socket _ = new Socket(InetAddress.getLoopbackAddress(), port)) {
            return false;
        } catch (IOException refused) {
            return true;
        }
    }

    /** Holds one LMTP session. */
    private static final class Client implements AutoCloseable {
        private Socket socket;
        private BufferedReader in;
        private final String greeting;

        Client(int port) throws IOException {
            socket = new Socket(InetAddress.getLoopbackAddress(), port);
            socket.setSoTimeout(20_000);
            in = new BufferedReader(new InputStreamReader(socket.getInputStream(), ISO_8859_1));
            greeting = line();
        }

        String greeting() {
            return greeting;
        }

        void greet() throws IOException {
            assertThat(said("LHLO client.example.com")).startsWith("250 ");
        }

        String send() throws IOException {
            assertThat(said("MAIL FROM:<alice@example.com>")).startsWith("250");
            return finish();
        }

        /** Says everything from RCPT on, and returns the reply after the final dot. */
        String finish() throws IOException {
            say(rest());
            return rested();
        }

        String rest() {
            return "RCPT TO:<bob@partner.example>\r\nDATA\r\nFrom: <alice@example.com>\r\nMessage-ID: <"
                    + System.nanoTime() + "@test>\r\n\r\nHello\r\n.\r\n";
        }

        String rested() throws IOException {
            assertThat(line()).startsWith("250");
            assertThat(line()).startsWith("354");
            return line();
        }

        String said(String command) throws IOException {
            say(command + "\r\n");
            String line = line();
            while (line.charAt(3) == '-') {
                line = line();
            }
            return line;
        }

        void say(String text) throws IOException {
            socket.getOutputStream().write(text.getBytes(ISO_8859_1));
        }

        String line() throws IOException {
            return Optional.ofNullable(in.readLine()).orElse("closed");
        }

        /** Starts TLS, and returns the subject that the server shows. */
        String startTls() throws Exception {
            assertThat(said("STARTTLS")).startsWith("220");
            SSLContext context = SSLContext.getInstance("TLS");
            context.init(null, InsecureTrustManagerFactory.INSTANCE.getTrustManagers(), null);
            SSLSocket tls = (SSLSocket) context.getSocketFactory().createSocket(socket, "gw.example.com", 25, true);
            tls.startHandshake();
            socket = tls;
            in = new BufferedReader(new InputStreamReader(tls.getInputStream(), ISO_8859_1));
            return ((X509Certificate) tls.getSession().getPeerCertificates()[0])
                    .getSubjectX500Principal()
                    .getName();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }
    }
}
