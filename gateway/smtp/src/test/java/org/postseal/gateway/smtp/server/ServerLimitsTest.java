package org.postseal.gateway.smtp.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.SocketException;
import java.time.Duration;
import java.util.List;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

/** Peers are too many, send too much, or are too slow. */
@Timeout(20)
@Tag("thorough")
class ServerLimitsTest {
    /**
     * All connections share the room. A size that is only announced takes none, and that of a closed one is free again.
     */
    @Test
    void octetsUnderWayAreCountedOverAllConnections() throws Exception {
        TestSettings settings = new TestSettings();
        assertThat(settings.apply(new String[] {"limit", "octetsInFlight", "1000000"}))
                .isTrue();
        assertThat(settings.apply(new String[] {"session", "errors", "1000"})).isTrue();
        try (SubEthaMailServer server = settings.started(new RecordingReceiver(List.of(), false));
                TestClient first = new TestClient(server.address());
                TestClient second = new TestClient(server.address())) {
            first.greetExtended();
            second.greetExtended();
            first.send("MAIL FROM:<alice@example.com> SIZE=400000");
            assertThat(first.readLine()).isEqualTo("250 2.1.0 Sender OK");
            assertThat(announce(second, 400_000)).isEqualTo("250 2.1.0 Sender OK");

            first.send("RCPT TO:<bob@example.net>");
            assertThat(first.readLine()).isEqualTo("250 2.1.5 Recipient OK");
            first.send("DATA");
            assertThat(first.readLine()).startsWith("354");
            first.send("x".repeat(998).concat("\r\n").repeat(400));
            String reply = announce(second, 300_000);
            while (reply.startsWith("250")) {
                reply = announce(second, 300_000);
            }
            assertThat(reply).isEqualTo("452 4.3.1 Too much mail under way, try again later");

            first.hangUp();
            while (reply.startsWith("452")) {
                reply = announce(second, 1_000_000);
            }
            assertThat(reply).isEqualTo("250 2.1.0 Sender OK");
        }
    }

    private static String announce(TestClient client, int size) throws Exception {
        // The server looks at the room of the others' data, which takes its time to arrive.
        Thread.sleep(20);
        client.send("RSET");
        assertThat(client.readLine()).isEqualTo("250 2.0.0 OK");
        client.send("MAIL FROM:<alice@example.com> SIZE=" + size);
        return client.readLine();
    }

    @Test
    void connectionsAboveTheLimitAreToldSo() throws Exception {
        TestSettings settings = new TestSettings();
        settings.apply(new String[] {"limit", "connections", "1"});
        try (SubEthaMailServer server = settings.started(new RecordingReceiver(List.of(), false));
                TestClient first = new TestClient(server.address())) {
            first.greet();
            try (TestClient second = new TestClient(server.address())) {
                assertThat(second.readLine()).isEqualTo("421 4.3.2 Too many connections, try again later");
                assertThat(second.readLine()).isEqualTo("<closed>");
            }
            first.send("NOOP");
            assertThat(first.readLine()).isEqualTo("250 2.0.0 OK");
        }
    }

    /** 130 open files suffice for one connection beside the rest. */
    @Test
    void allListenersTogetherLetInNoMoreThanOpenFilesAreEnoughFor() throws Exception {
        ConnectionPlaces places = new ConnectionPlaces(130);
        ServerSettings settings = new TestSettings().settings();
        RecordingReceiver receiver = new RecordingReceiver(List.of(), false);
        try (SubEthaMailServer one = new SubEthaMailServer(settings, receiver, places);
                SubEthaMailServer other = new SubEthaMailServer(settings, receiver, places)) {
            one.start();
            other.start();
            assertThat(one.connectionLimit()).isEqualTo(1);
            try (TestClient first = new TestClient(one.address())) {
                first.greet();
                assertThat(places.share()).isEqualTo(1);
                try (TestClient second = new TestClient(other.address())) {
                    assertThat(second.readLine()).isEqualTo("421 4.3.2 Too many connections, try again later");
                }
                first.send("NOOP");
                assertThat(first.readLine()).isEqualTo("250 2.0.0 OK");
            }
            String greeting = "";
            for (int attempt = 0; attempt < 500 && !greeting.equals(TestClient.GREETING); attempt++) {
                try (TestClient client = new TestClient(other.address())) {
                    greeting = client.readLine();
                }
            }
            assertThat(greeting).isEqualTo(TestClient.GREETING);
        }
    }

    @Test
    void aPeerThatGoesAwayLeavesRoomForTheNext() throws Exception {
        TestSettings settings = new TestSettings();
        settings.apply(new String[] {"limit", "connections", "1"});
        try (SubEthaMailServer server = settings.started(new RecordingReceiver(List.of(), false))) {
            for (int i = 0; i < 50; i++) {
                String greeting = "";
                for (int attempt = 0; attempt < 500 && !greeting.equals(TestClient.GREETING); attempt++) {
                    try (TestClient client = new TestClient(server.address())) {
                        greeting = client.readLine();
                    }
                }
                assertThat(greeting).isEqualTo(TestClient.GREETING);
            }
        }
    }

    @Test
    void dataThatDripsIsCutOff() throws Exception {
        TestSettings settings = new TestSettings();
        settings.apply(new String[] {"session", "dataTimeout", "300"});
        settings.apply(new String[] {"session", "dataOctetsPerSecond", "1000"});
        try (SubEthaMailServer server = settings.started(new RecordingReceiver(List.of(), false));
                TestClient client = new TestClient(server.address())) {
            client.greet();
            client.begin();
            long start = System.nanoTime();
            assertThatThrownBy(() -> {
                        // Each wait is short, but 20 octets a second are too few.
                        for (int i = 0; i < 200; i++) {
                            client.send("a".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
                            TimeUnit.MILLISECONDS.sleep(50);
                        }
                    })
                    .isInstanceOf(SocketException.class);
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofSeconds(8));
        }
    }

    @Test
    void aCommandThatDripsGainsNoTimeByIt() throws Exception {
        TestSettings settings = new TestSettings();
        settings.apply(new String[] {"session", "commandTimeout", "2000"});
        try (SubEthaMailServer server = settings.started(new RecordingReceiver(List.of(), false));
                TestClient client = new TestClient(server.address())) {
            client.greet();
            Thread drip = Thread.startVirtualThread(() -> {
                try {
                    while (true) {
                        client.send("N".getBytes(java.nio.charset.StandardCharsets.US_ASCII));
                        TimeUnit.MILLISECONDS.sleep(20);
                    }
                } catch (IOException | InterruptedException cutOff) {
                    Thread.currentThread().interrupt();
                }
            });
            assertThat(client.readLine()).isEqualTo("421 4.4.2 Timeout, closing the connection");
            client.hangUp();
            drip.join();
        }
    }

    @Test
    void aPeerThatNeverReadsIsCutOff() throws Exception {
        TestSettings settings = new TestSettings();
        settings.apply(new String[] {"session", "writeTimeout", "300"});
        settings.apply(new String[] {"session", "idleCommands", "2000000000"});
        try (SubEthaMailServer server = settings.started(new RecordingReceiver(List.of(), false));
                TestClient client = new TestClient(server.address())) {
            client.greet();
            byte[] noops = "HELP\r\n".repeat(10_000).getBytes(java.nio.charset.StandardCharsets.US_ASCII);
            assertThatThrownBy(() -> {
                        for (int i = 0; i < 5000; i++) {
                            client.send(noops);
                        }
                    })
                    .isInstanceOf(SocketException.class);
        }
    }

    @Test
    void aHandshakeThatNeverComesIsCutOff() throws Exception {
        TestSettings settings = new TestSettings();
        settings.apply(new String[] {"tls"});
        settings.apply(new String[] {"session", "handshakeTimeout", "200"});
        try (SubEthaMailServer server = settings.started(new RecordingReceiver(List.of(), false));
                TestClient client = new TestClient(server.address())) {
            client.greet();
            client.send("STARTTLS");
            assertThat(client.readLine()).isEqualTo("220 2.0.0 Ready to start TLS");
            assertThat(new String(client.readToEnd(), java.nio.charset.StandardCharsets.ISO_8859_1))
                    .doesNotContain("421");
        }
    }
}
