package org.postseal.gateway.app.metrics;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import org.postseal.gateway.testkit.Exposition;

/** Tests the HTTP listener with honest and hostile readers. */
@Tag("thorough")
final class MetricsServerTest {
    private static final InetSocketAddress ANY_PORT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 0);

    private final GatewayMetrics metrics = new GatewayMetrics();
    private Optional<String> fault = Optional.empty();

    @AutoClose
    private MetricsServer server;

    @BeforeEach
    void start() throws IOException {
        server = start(Duration.ofSeconds(30));
    }

    @Test
    void figuresAreServedInThePlainFormat() throws IOException {
        String answer = ask("GET /metrics?x=y HTTP/1.1\r\nHost: x\r\n\r\n");

        assertThat(head(answer))
                .startsWith("HTTP/1.1 200 OK\r\n")
                .contains("content-type: text/plain; version=0.0.4; charset=utf-8\r\n")
                .contains("connection: close\r\n")
                .contains("x-content-type-options: nosniff\r\n");
        assertThat(Exposition.read(body(answer)).families()).containsKey("postseal_messages_total");
    }

    @Test
    void figuresAreServedInOpenMetricsToWhoAsksForIt() throws IOException {
        String answer = ask("""
            GET /metrics HTTP/1.1
            Host: x
            Accept: application/openmetrics-text;version=1.0.0;q=0.5,text/plain;version=0.0.4;q=0.3

            """.replace("\n", "\r\n"));

        assertThat(head(answer))
                .contains("content-type: application/openmetrics-text; version=1.0.0; charset=utf-8\r\n");
        assertThat(body(answer)).endsWith("\n# EOF\n").contains("# TYPE postseal_build info\n");
    }

    @Test
    void headHasNoBody() throws IOException {
        String answer = ask("HEAD /live HTTP/1.0\r\n\r\n");
        assertThat(head(answer)).startsWith("HTTP/1.1 200 OK\r\n").contains("content-length: 5\r\n");
        assertThat(body(answer)).isEmpty();
    }

    @Test
    void readyNamesWhatIsNot() throws IOException {
        assertThat(body(ask("GET /ready HTTP/1.1\r\nHost: x\r\n\r\n"))).isEqualTo("ready\n");

        fault = Optional.of("no disk");
        String answer = ask("GET /ready HTTP/1.1\r\nHost: x\r\n\r\n");
        assertThat(answer).startsWith("HTTP/1.1 503 Service Unavailable\r\n");
        assertThat(body(answer)).isEqualTo("part: no disk\n");
        assertThat(body(ask("GET /live HTTP/1.1\r\nHost: x\r\n\r\n"))).isEqualTo("live\n");
    }

    @ParameterizedTest
    @CsvSource(
            delimiter = '|',
            value = {
                "GET / HTTP/1.1~Host: x~~ | 404",
                "GET /metrics/ HTTP/1.1~Host: x~~ | 404",
                "GET /../metrics HTTP/1.1~Host: x~~ | 404",
                "POST /metrics HTTP/1.1~Host: x~Content-Length: 3~~abc | 405",
                "DELETE /live HTTP/1.1~Host: x~~ | 405",
                "OPTIONS * HTTP/1.1~Host: x~~ | 405",
                "CONNECT x:1 HTTP/1.1~Host: x~~ | 405",
                "GET /live HTTP/1.1~~ | 400",
                "GET /live HTTP/1.1~Host: x~Host: y~~ | 400",
                "GET /live HTTP/1.1~Host: x~Content-Length: 3~~abc | 413",
                "GET /live HTTP/1.1~Host: x~Transfer-Encoding: chunked~~0~~ | 413",
                "GET /live HTTP/1.1~Host: x~Content-Length: 3~Content-Length: 4~~abc | 400",
                "GET /live HTTP/1.1~Host : x~~ | 400",
                "PRI * HTTP/2.0~~SM~~ | 505",
                "EHLO gw.example.com~~ | 400",
                "~~~~GET /live HTTP/1.1~Host: x~~GET /live HTTP/1.1~Host: x~~ | 200",
            })
    void oneRequestIsAnsweredAsItDeserves(String request, int status) throws IOException {
        String answer = ask(request.replace("~", "\r\n"));
        assertThat(answer).startsWith("HTTP/1.1 " + status + " ");
        assertThat(answer.split("HTTP/1\\.1 \\d", -1)).hasSize(2);
    }

    @Test
    void whatIsTooLongIsNotReadToItsEnd() throws IOException {
        assertThat(ask("GET /" + "a".repeat(5000) + " HTTP/1.1\r\nHost: x\r\n\r\n"))
                .startsWith("HTTP/1.1 414 ");
        assertThat(ask("GET /live HTTP/1.1\r\nHost: x\r\nX: " + "a".repeat(100_000) + "\r\n\r\n"))
                .startsWith("HTTP/1.1 431 ");
        assertThat(ask("GET /live HTTP/1.1\r\nHost: x\r\n" + "X: y\r\n".repeat(10_000) + "\r\n"))
                .startsWith("HTTP/1.1 431 ");
    }

    @Test
    void whoSendsWhatIsNotTakenStillHearsSo() throws IOException {
        assertThat(ask("POST /live HTTP/1.1\r\nHost: x\r\nContent-Length: 1000000\r\n\r\n" + "a".repeat(1_000_000)))
                .startsWith("HTTP/1.1 405 ");
    }

    @Test
    void whoDawdlesIsDropped() throws IOException {
        try (MetricsServer hasty = start(Duration.ofMillis(200));
                Socket socket =
                        new Socket(hasty.address().getAddress(), hasty.address().getPort())) {
            socket.getOutputStream().write("GET /live HT".getBytes(ISO_8859_1));
            assertThat(socket.getInputStream().read()).isEqualTo(-1);
        }
    }

    @Test
    void heldConnectionsKeepNobodyOut() throws IOException {
        List<Socket> held = new ArrayList<>();
        // This server lets a connection last as long as it likes
        try (MetricsServer patient = start(Duration.ofDays(1))) {
            for (int i = 0; i < 200; i++) {
                Socket socket = new Socket(
                        patient.address().getAddress(), patient.address().getPort());
                held.add(socket);
                socket.getOutputStream().write("GET /live".getBytes(ISO_8859_1));
            }
            assertThat(body(ask(patient, "GET /live HTTP/1.1\r\nHost: x\r\n\r\n")))
                    .isEqualTo("live\n");
            // The oldest connection was dropped. It may end with a reset, since what it had sent was not read yet
            assertThat(isDropped(held.getFirst())).isTrue();
        } finally {
            for (Socket socket : held) {
                socket.close();
            }
        }
    }

    @Test
    void aTakenPortIsSaid() {
        assertThatThrownBy(() -> MetricsServer.start(server.address(), metrics.registry(), new Readiness(List.of())))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("in use");
    }

    @Test
    void whatFailsIsAnsweredWithoutItsCause() throws IOException {
        metrics.watch(() -> {
            throw new IllegalStateException("secret");
        });
        String answer = ask("GET /metrics HTTP/1.1\r\nHost: x\r\n\r\n");
        assertThat(answer).startsWith("HTTP/1.1 500 ");
        assertThat(body(answer)).isEqualTo("fails, see the log\n");
    }

    private MetricsServer start(Duration lifetime) throws IOException {
        Readiness readiness =
                new Readiness(List.of(new Readiness.Part("part", () -> fault)), Duration.ofSeconds(10), Duration.ZERO);
        return MetricsServer.start(ANY_PORT, new Pages(metrics.registry(), readiness), lifetime);
    }

    private String ask(String request) throws IOException {
        return ask(server, request);
    }

    private static String ask(MetricsServer asked, String request) throws IOException {
        try (Socket socket =
                new Socket(asked.address().getAddress(), asked.address().getPort())) {
            socket.getOutputStream().write(request.getBytes(ISO_8859_1));
            return new String(socket.getInputStream().readAllBytes(), ISO_8859_1);
        }
    }

    private static boolean isDropped(Socket socket) {
        try {
            socket.setSoTimeout(30_000);
            return socket.getInputStream().read() < 0;
        } catch (SocketTimeoutException held) {
            return false;
        } catch (IOException reset) {
            return true;
        }
    }

    private static String head(String answer) {
        return answer.substring(0, answer.indexOf("\r\n\r\n") + 2);
    }

    private static String body(String answer) {
        return answer.substring(answer.indexOf("\r\n\r\n") + 4);
    }
}
