package org.postseal.gateway.app.assembly;

import static java.nio.charset.StandardCharsets.ISO_8859_1;
import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.http.HttpResponse;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayDeque;
import java.util.Deque;
import org.junit.jupiter.api.AutoClose;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.gateway.road.journal.JournalFile;
import org.postseal.gateway.testkit.Script;

/** Tests whether a running gateway lives and may be given mail, asked as a load balancer asks. */
class ReadinessIT {
    @AutoClose
    private final MetricsBench bench;

    ReadinessIT(@TempDir Path home) throws IOException {
        bench = new MetricsBench(home);
    }

    @Test
    void readinessNamesThePartThatFails() throws Exception {
        assertThat(bench.get("/live").body()).isEqualTo("live\n");
        assertThat(bench.get("/ready").body()).isEqualTo("ready\n");

        // The folder cannot be made anew, since there is a file in its place
        Path ledger = JournalFile.ledger(bench.home().resolve("journal.db"));
        Files.move(ledger, bench.home().resolve("aside"));
        Files.createFile(ledger);
        HttpResponse<String> answer = bench.awaitReady(503);
        assertThat(answer.body()).isEqualTo("journal: fails, see the log\n");
        assertThat(bench.get("/live").statusCode()).isEqualTo(200);

        // The log cannot be opened anew, since there is a folder in its place
        Files.move(bench.home().resolve("audit.jsonl"), bench.home().resolve("audit.1"));
        Files.createDirectory(bench.home().resolve("audit.jsonl"));
        bench.reload().signalled();
        bench.awaitReadyText("audit log: fails, see the log\njournal: fails, see the log\n");

        Files.delete(ledger);
        Files.delete(bench.home().resolve("audit.jsonl"));
        assertThat(bench.awaitReady(200).body()).isEqualTo("ready\n");
    }

    @Test
    void aGatewayThatDrainsIsAliveAndNotReady() throws Exception {
        int port = bench.gateway().addresses().getFirst().getPort();
        Thread draining;
        try (Socket busy = new Socket(InetAddress.getLoopbackAddress(), port)) {
            busy.getOutputStream().write("LHLO mta\r\nMAIL FROM:<alice@example.com>\r\n".getBytes(ISO_8859_1));
            MetricsBench.awaitText(busy, "2.1.0");
            draining = Thread.ofVirtual().start(() -> {
                try {
                    bench.gateway().drain(Duration.ofSeconds(30));
                } catch (IOException e) {
                    throw new java.io.UncheckedIOException(e);
                }
            });
            assertThat(bench.awaitReady(503).body()).isEqualTo("listeners: draining\n");
            assertThat(bench.get("/live").statusCode()).isEqualTo(200);
        }
        draining.join();
    }

    @Test
    void itIsNotReadyBeforeConnectionsArePutOff() throws Exception {
        bench.startAgain(Script.polite(), "127.0.0.1:0", "limits: { connections: 10 }");
        InetSocketAddress listener = bench.gateway().addresses().getFirst();
        Deque<Socket> open = new ArrayDeque<>();
        try {
            for (int i = 0; i < 9; i++) {
                open.add(new Socket(InetAddress.getLoopbackAddress(), listener.getPort()));
                MetricsBench.awaitText(open.getLast(), "220 ");
            }
            assertThat(bench.awaitReady(503).body()).isEqualTo("gates: nearly full: connections\n");
            String label = "{listener=\"127.0.0.1:" + listener.getPort() + "\"}";
            assertThat(bench.scrape().value("postseal_connections" + label)).isEqualTo(9);
            assertThat(bench.scrape().value("postseal_connections_limit" + label))
                    .isEqualTo(10);
            assertThat(bench.send("bob@partner.example"))
                    .as("not closed yet")
                    .containsExactly("250 2.0.0 queued as 4ABC");
            open.pop().close();
            open.pop().close();
            assertThat(bench.awaitReady(200).body()).isEqualTo("ready\n");
        } finally {
            for (Socket socket : open) {
                socket.close();
            }
        }
    }

    @Test
    void itIsNotReadyBeforeMessagesArePutOff() throws Exception {
        bench.startAgain(Script.polite(), "127.0.0.1:0", "limits: { octetsInFlight: 1048576, messageOctets: 1048576 }");
        try (Socket busy = new Socket(
                InetAddress.getLoopbackAddress(),
                bench.gateway().addresses().getFirst().getPort())) {
            busy.getOutputStream()
                    .write("LHLO mta\r\nMAIL FROM:<alice@example.com>\r\nRCPT TO:<bob@partner.example>\r\nDATA\r\n"
                            .getBytes(ISO_8859_1));
            MetricsBench.awaitText(busy, "354");
            busy.getOutputStream()
                    .write("x".repeat(998).concat("\r\n").repeat(510).getBytes(ISO_8859_1));
            assertThat(bench.awaitReady(503).body()).isEqualTo("gates: nearly full: octets in flight\n");
            assertThat(bench.scrape().value("postseal_octets_in_flight")).isBetween(510_000d, 575_536d);
            assertThat(bench.scrape().value("postseal_octets_in_flight_limit")).isEqualTo(1_048_576);
        }
        assertThat(bench.awaitReady(200).body()).isEqualTo("ready\n");
    }
}
