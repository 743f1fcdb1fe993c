package org.postseal.gateway.app.assembly;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import ch.qos.logback.classic.Level;
import ch.qos.logback.classic.Logger;
import ch.qos.logback.classic.spi.ILoggingEvent;
import ch.qos.logback.core.read.ListAppender;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.InstantSource;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.gateway.road.pipeline.Parties;
import org.postseal.gateway.testkit.AuditLine;
import org.postseal.gateway.testkit.Await;
import org.postseal.gateway.testkit.ScriptedNextHop;
import org.slf4j.LoggerFactory;

/**
 * Tests, between real sockets, whose retry it is. The mail servers here send no IDENT, and are gone before they have
 * said anything after our 250, so that a retry is to be expected.
 */
@Timeout(60)
class NamedUpstreamsIT {
    private static final String POOL = "upstreams: { pool: { networks: 192.0.2.0/24 } }";

    @TempDir
    private Path home;

    private final List<Integer> ports = Await.freePorts(2);
    private ScriptedNextHop hop;
    private Setup setup;
    private RunningGateway gateway;
    private Reload reload;

    @BeforeEach
    void files() throws IOException {
        hop = new ScriptedNextHop();
        Parties.writeStore(Files.createDirectories(home.resolve("store")));
        Files.writeString(home.resolve("policy.yaml"), """
            version: 1
            internal: [example.com]
            rules: [{ id: relay, when: always, then: { sign: never } }]
            """);
        start("");
    }

    @AfterEach
    void stop() throws IOException {
        gateway.close();
        setup.close();
        hop.close();
    }

    @Test
    void aPoolWithoutANameSendsEachRetryTwice() throws IOException {
        sent(0, "192.0.2.1");
        sent(0, "192.0.2.2");
        assertThat(hop.received()).hasSize(2);
    }

    @Test
    void aPoolWithANameDoesNot() throws IOException {
        startAgain(POOL);
        sent(0, "192.0.2.1");
        sent(0, "192.0.2.2");
        // This one goes on to the next command, so the same mail after it is another one.
        sent(0, "192.0.2.3", "NOOP");
        assertThat(hop.received()).hasSize(1);
        sent(0, "192.0.2.1");
        assertThat(hop.received()).hasSize(2);
        sent(0, "198.51.100.1");
        assertThat(hop.received()).as("somebody else").hasSize(3);
    }

    @Test
    void twoServersOnLoopbackWithoutNamesLoseMail() throws IOException {
        sent(0, "127.0.0.1");
        sent(1, "127.0.0.1");
        assertThat(hop.received()).hasSize(1);
    }

    @Test
    void withNamesOfTheirListenersTheyDoNot() throws IOException {
        startAgain("""
            upstreams:
              one: { listeners: "127.0.0.1:%d" }
              other: { listeners: "127.0.0.1:%d", networks: 127.0.0.0/8 }
            """.formatted(ports.get(0), ports.get(1)));
        sent(0, "127.0.0.1");
        sent(1, "127.0.0.2");
        sent(1, "127.0.0.3");
        assertThat(hop.received()).hasSize(2);
    }

    @Test
    void aRetryThatComesAfterANameWasGivenIsARetryStill() throws IOException {
        sent(0, "192.0.2.1");
        Path config = configured(POOL);
        assertThat(reloaded())
                .filteredOn(line -> line.startsWith(config + ": upstreams: "))
                .containsExactly(config + ": upstreams: pool: new, gone or meant for other peers:"
                        + " what they have in flight may be sent twice");
        assertThat(reloaded()).noneMatch(line -> line.startsWith(config + ": upstreams: "));
        assertThat(AuditLine.read(home.resolve("admin.jsonl")).stream()
                        .filter(line -> line.is("configuration-reloaded")))
                .singleElement()
                .satisfies(line -> assertThat(line.value("postseal.changes")).contains(List.of("upstreams")));
        sent(0, "192.0.2.1", "NOOP");
        assertThat(hop.received()).hasSize(1);
        sent(0, "192.0.2.1");
        sent(0, "192.0.2.2");
        assertThat(hop.received()).hasSize(2);
    }

    /** Reloads the configuration, and returns what the log says meanwhile. */
    private List<String> reloaded() {
        Logger logger = (Logger) LoggerFactory.getLogger(Reload.class);
        ListAppender<ILoggingEvent> lines = new ListAppender<>();
        lines.start();
        Level before = logger.getLevel();
        logger.setLevel(Level.WARN);
        logger.addAppender(lines);
        try {
            reload.signalled();
        } finally {
            logger.detachAppender(lines);
            logger.setLevel(before);
        }
        return List.copyOf(lines.list).stream()
                .map(ILoggingEvent::getFormattedMessage)
                .toList();
    }

    private void startAgain(String upstreams) throws IOException {
        gateway.close();
        setup.close();
        start(upstreams);
    }

    private void start(String upstreams) throws IOException {
        Path config = configured(upstreams);
        GatewayAssembly assembly = new GatewayAssembly();
        SetupReader setups = new SetupReader(assembly);
        setup = Setups.read(setups, config);
        gateway = RunningGateway.start(assembly, setup);
        reload = new Reload(setups, config, gateway, setup, InstantSource.system());
    }

    private Path configured(String upstreams) throws IOException {
        return Files.writeString(
                home.resolve("postseal.yaml"), """
                    hostName: gw.example.com
                    listeners:
                      - { protocol: smtp, address: "127.0.0.1:%d", role: submission, xclient: { from: 127.0.0.1 } }
                      - { protocol: smtp, address: "127.0.0.1:%d", role: submission, xclient: { from: 127.0.0.1 } }
                    trustedPeers: ["127.0.0.0/8", 192.0.2.0/24, 198.51.100.0/24]
                    nextHop: "127.0.0.1:%d"
                    %s
                    """.formatted(ports.get(0), ports.get(1), hop.port(), upstreams));
    }

    /** Sends the message, each time the same, for a client that XCLIENT names, and is gone after these commands. */
    private void sent(int listener, String client, String... after) throws IOException {
        try (Socket socket = new Socket(InetAddress.getLoopbackAddress(), ports.get(listener));
                BufferedReader replies =
                        new BufferedReader(new InputStreamReader(socket.getInputStream(), ISO_8859_1))) {
            assertThat(replies.readLine()).startsWith("220");
            for (String line : List.of(
                    "XCLIENT ADDR=" + client,
                    "HELO mta.example.com",
                    "MAIL FROM:<cron@example.com>",
                    "RCPT TO:<root@partner.example>")) {
                assertThat(said(socket, replies, line)).startsWith("2");
            }
            assertThat(said(socket, replies, "DATA")).startsWith("354");
            assertThat(said(
                            socket,
                            replies,
                            "From: <cron@example.com>\r\nMessage-ID: <1@example.com>\r\n\r\nThe disk is full\r\n."))
                    .isEqualTo("250 2.0.0 queued as 4ABC");
            for (String line : after) {
                assertThat(said(socket, replies, line)).startsWith("250");
            }
        }
    }

    private static String said(Socket socket, BufferedReader replies, String line) throws IOException {
        socket.getOutputStream().write((line + "\r\n").getBytes(ISO_8859_1));
        return String.valueOf(replies.readLine());
    }
}
