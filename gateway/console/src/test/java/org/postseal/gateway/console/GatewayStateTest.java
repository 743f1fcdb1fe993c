package org.postseal.gateway.console;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.file.Path;
import java.time.Duration;
import java.time.Instant;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.gateway.audit.AuditConfig;
import org.postseal.gateway.audit.AuditEvent;
import org.postseal.gateway.audit.AuditLog;
import org.postseal.gateway.audit.write.AuditLogs;
import org.postseal.gateway.console.http.HttpListener;
import org.postseal.gateway.console.http.Page;

/** Tests what the overview says of the gateway itself. */
final class GatewayStateTest {
    private static final Instant NOW = Instant.parse("2026-11-26T12:34:56Z");

    @TempDir
    private Path folder;

    @Test
    void itIsReadyIfItSaysSo() throws IOException {
        assertThat(overview(Page.text(200, "ready")))
                .contains("<div class=\"standing verified\">", "The gateway is ready for mail.");
    }

    @Test
    void whatItLacksIsSaid() throws IOException {
        assertThat(overview(Page.text(503, "journal: disk <full>\npolicy: none")))
                .contains("<div class=\"standing broken\">", "The gateway is NOT ready for mail:")
                .contains("journal: disk &lt;full&gt;</p>", "policy: none</p>");
    }

    @Test
    void anotherAnswerSaysNothing() throws IOException {
        assertThat(overview(Page.text(404, "not found")))
                .contains("<div class=\"standing unknown\">", "(metrics.address) answers with 404.");
    }

    @Test
    void aGatewayThatDoesNotAnswerMayBeStopped() throws IOException {
        String address;
        try (HttpListener closed = health(Page.text(200, "ready"))) {
            address = address(closed);
        }
        assertThat(console(address).html("/")).contains("The gateway does not answer at " + address);
    }

    /** Whoever opens the page does not wait for a gateway that hangs. It would answer when nobody waits any more. */
    @Test
    void aGatewayThatHangsIsNotWaitedFor() throws IOException {
        try (ServerSocket hanging = new ServerSocket(0, 1, InetAddress.ofLiteral("127.0.0.1"))) {
            Thread.ofVirtual().start(() -> {
                try (Socket asker = hanging.accept()) {
                    Thread.sleep(Duration.ofSeconds(2));
                    asker.getOutputStream().write("HTTP/1.1 200 OK\r\nContent-Length: 0\r\n\r\n".getBytes(US_ASCII));
                } catch (IOException | InterruptedException closed) {
                    // The page is made by now
                }
            });
            assertThat(console("127.0.0.1:" + hanging.getLocalPort()).html("/"))
                    .contains("The gateway does not answer at 127.0.0.1:" + hanging.getLocalPort());
        }
    }

    @Test
    void itsVersionAndModeAreThoseOfItsLastStart() throws IOException {
        SampleConsole console = console("none");
        try (AuditLog log = AuditLogs.open(AuditConfig.of(folder.resolve("audit.jsonl")), () -> NOW)) {
            for (String version : List.of("0.1.0", "0.2.0")) {
                log.append(List.of(new AuditEvent.GatewayStarted(
                        NOW,
                        version,
                        "observe",
                        "postseal.yaml",
                        Optional.empty(),
                        "cd".repeat(32),
                        Optional.empty())));
            }
        }
        assertThat(console.html("/"))
                .contains("<dd>0.2.0, started 2026-11-26 12:34:56 UTC</dd>")
                .contains("metrics.address names no port");
    }

    private String overview(Page health) throws IOException {
        try (HttpListener gateway = health(health)) {
            return console(address(gateway)).html("/");
        }
    }

    private static HttpListener health(Page page) throws IOException {
        return HttpListener.start(
                new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 0),
                new HttpListener.Settings("health", 1024, 4096, 4, Duration.ofSeconds(10), Optional.empty()),
                request -> request.path().equals("/ready") ? page : Page.text(404, "not found"));
    }

    private static String address(HttpListener gateway) {
        return "127.0.0.1:" + gateway.address().getPort();
    }

    private SampleConsole console(String address) throws IOException {
        return SampleConsole.of(folder, List.of(), 256L << 20, NOW, "metrics: { address: \"" + address + "\" }\n");
    }
}
