package org.postseal.gateway.app.assembly;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.net.InetAddress;
import java.net.Socket;
import java.net.UnixDomainSocketAddress;
import java.nio.ByteBuffer;
import java.nio.channels.Channels;
import java.nio.channels.SocketChannel;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.gateway.road.pipeline.Parties;
import org.postseal.gateway.testkit.AuditLine;
import org.postseal.gateway.testkit.Await;
import org.postseal.gateway.testkit.Requirements;
import org.postseal.gateway.testkit.ScriptedNextHop;

/**
 * Tests a real HAProxy in front of the gateway, with either version of its protocol and with health checks. The
 * client's address decides about trust, and both addresses are on record.
 */
@Timeout(120)
class HaproxyIT {
    @TempDir
    private Path home;

    private final List<Integer> ports = Await.freePorts(3);
    private ScriptedNextHop hop;
    private Setup setup;
    private RunningGateway gateway;

    @BeforeEach
    void start() throws IOException {
        Requirements.programs("haproxy");
        Parties.writeStore(Files.createDirectories(home.resolve("store")));
        Files.writeString(home.resolve("policy.yaml"), """
            version: 1
            internal: [example.com]
            rules: [{ id: relay, when: always, then: { sign: never } }]
            """);
        hop = new ScriptedNextHop();
        Path config = Files.writeString(home.resolve("postseal.yaml"), """
            hostName: gw.example.com
            listeners:
              - { protocol: smtp, address: "127.0.0.1:%d", role: submission, proxyProtocol: { from: [127.0.0.1] } }
            trustedPeers: [127.0.0.9]
            nextHop: "127.0.0.1:%d"
            """.formatted(ports.get(0), hop.port()));
        GatewayAssembly assembly = new GatewayAssembly();
        setup = Setups.read(new SetupReader(assembly), config);
        gateway = RunningGateway.start(assembly, setup);
    }

    @AfterEach
    void stop() throws IOException {
        gateway.close();
        setup.close();
        hop.close();
    }

    @ParameterizedTest
    @ValueSource(strings = {"send-proxy", "send-proxy-v2", "send-proxy-v2 proxy-v2-options unique-id,crc32c"})
    void theClientCounts(String version) throws Exception {
        Path haproxy = Files.writeString(
                home.resolve("haproxy.cfg"), """
                    global
                        maxconn 100
                        stats socket %s
                    defaults
                        mode tcp
                        timeout connect 5s
                        timeout client 60s
                        timeout server 60s
                        timeout check 30s
                        unique-id-format %%{+X}o\\ %%ci
                    listen gateway
                        bind 127.0.0.1:%d
                        option smtpchk EHLO health.example.com
                        server gateway 127.0.0.1:%d %s check check-send-proxy inter 1s fall 20
                    """.formatted(home.resolve("stats"), ports.get(1), ports.get(0), version));
        Process process = new ProcessBuilder("/usr/sbin/haproxy", "-db", "-f", haproxy.toString())
                .redirectErrorStream(true)
                .redirectOutput(home.resolve("haproxy.log").toFile())
                .start();
        try {
            Await.listener(ports.get(1), process::isAlive, this::log);
            assertThat(send("127.0.0.9", "carl@partner.example")).isEqualTo("250 2.0.0 queued as 4ABC");
            assertThat(send("127.0.0.8", "carl@partner.example")).isEqualTo("550 5.7.1 Relay access denied");
            assertThat(send("127.0.0.8", "bob@example.com")).isEqualTo("250 2.0.0 queued as 4ABC");
            // Health checks of HAProxy have a header, too. In version 2, it names no client
            Await.until(() -> status().contains(",L7OK,"), this::status);
        } finally {
            process.destroy();
            process.waitFor();
        }
        assertThat(log()).doesNotContain("ALERT");
        assertThat(AuditLine.read(home.resolve("audit.jsonl")).stream()
                        .filter(line -> line.is("recipient-done"))
                        .map(line -> line.text("source.address") + " through " + line.text("postseal.proxy") + ", "
                                + line.text("postseal.facts.origin") + " "
                                + line.text("postseal.facts.peer")))
                .containsExactly(
                        "127.0.0.9 through 127.0.0.1, submission 127.0.0.9",
                        "127.0.0.8 through 127.0.0.1, - -",
                        "127.0.0.8 through 127.0.0.1, inbound 127.0.0.8");
        assertThat(hop.received()).hasSize(2);
        assertThat(hop.received().getFirst().text())
                .startsWith("Received: from client.example.com ([127.0.0.9]) by gw.example.com with ESMTP");
        // A peer that comes without a header has to wait, and is not let in
        try (Socket direct = new Socket(InetAddress.getLoopbackAddress(), ports.get(0))) {
            direct.getOutputStream().write("EHLO client.example.com\r\n".getBytes(ISO_8859_1));
            assertThat(direct.getInputStream().read()).isEqualTo(-1);
        }
    }

    private String status() {
        try (SocketChannel stats = SocketChannel.open(UnixDomainSocketAddress.of(home.resolve("stats")))) {
            stats.write(ByteBuffer.wrap("show stat\n".getBytes(ISO_8859_1)));
            return new String(Channels.newInputStream(stats).readAllBytes(), ISO_8859_1);
        } catch (IOException e) {
            return e.toString();
        }
    }

    private String log() {
        try {
            return Files.readString(home.resolve("haproxy.log"));
        } catch (IOException e) {
            return e.toString();
        }
    }

    private String send(String from, String to) throws IOException {
        try (Socket socket =
                new Socket(InetAddress.getLoopbackAddress(), ports.get(1), InetAddress.ofLiteral(from), 0)) {
            socket.setSoTimeout(30_000);
            BufferedReader in = new BufferedReader(new InputStreamReader(socket.getInputStream(), ISO_8859_1));
            socket.getOutputStream()
                    .write(("EHLO client.example.com\r\nMAIL FROM:<alice@example.com>\r\nRCPT TO:<" + to
                                    + ">\r\nDATA\r\nFrom: <alice@example.com>\r\nMessage-ID: <" + System.nanoTime()
                                    + "@test>\r\n\r\nHello\r\n.\r\n")
                            .getBytes(ISO_8859_1));
            String line = in.readLine();
            while (line != null && !line.startsWith("354")) {
                line = in.readLine();
            }
            return String.valueOf(in.readLine());
        }
    }
}
