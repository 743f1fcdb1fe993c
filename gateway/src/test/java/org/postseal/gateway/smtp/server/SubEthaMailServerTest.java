package org.postseal.gateway.smtp.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.net.BindException;
import java.net.ConnectException;
import java.net.Socket;
import java.net.SocketException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.postseal.gateway.mail.Envelope;
import org.postseal.gateway.mail.QueueId;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.mail.Spool;
import org.postseal.gateway.smtp.Reply;
import org.postseal.policy.Reason;

/** What a dialogue file cannot say: several connections, time, and the end of the server. */
@Timeout(20)
class SubEthaMailServerTest {
    private static final String GREETING = "220 gw.example.com ESMTP Postseal";
    private static final String SHUTTING_DOWN = "421 4.3.2 Service is shutting down";

    /** Holds each message until it is let go. */
    private static final class HoldingReceiver implements MessageReceiver {
        private final CountDownLatch arrived = new CountDownLatch(1);
        private final CountDownLatch released = new CountDownLatch(1);
        private final AtomicInteger count = new AtomicInteger();

        @Override
        public List<Reply> receive(Envelope envelope, RawMessage message, Spool.Scope scope) {
            count.incrementAndGet();
            arrived.countDown();
            try {
                released.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return Collections.nCopies(envelope.recipients().size(), Reply.of(250, "2.0.0", "accepted"));
        }
    }

    @Test
    void drainDismissesTheIdleAndLetsTheBusyFinish() throws Exception {
        HoldingReceiver receiver = new HoldingReceiver();
        try (SubEthaMailServer server = started(new TestSettings(), receiver);
                TestClient idle = new TestClient(server.address());
                TestClient busy = new TestClient(server.address());
                TestClient sending = new TestClient(server.address())) {
            greet(idle);
            greet(busy);
            greet(sending);
            begin(sending);
            begin(busy);
            // The next message is in the pipeline already; it must not be taken any more.
            busy.send("x\r\n.\r\nMAIL FROM:<late@example.com>");
            receiver.arrived.await();

            CompletableFuture<Void> drain = CompletableFuture.runAsync(() -> server.drain(Duration.ofSeconds(10)));
            assertThat(idle.readLine()).isEqualTo(SHUTTING_DOWN);
            assertThat(idle.readLine()).isEqualTo("<closed>");
            idle.hangUp();
            awaitRefusal(server);
            assertThat(drain.isDone()).isFalse();

            receiver.released.countDown();
            assertThat(busy.readLine()).isEqualTo("250 2.0.0 accepted");
            assertThat(busy.readLine()).isEqualTo(SHUTTING_DOWN);
            assertThat(busy.readLine()).isEqualTo("<closed>");
            busy.hangUp();

            sending.send("y\r\n.");
            assertThat(sending.readLine()).isEqualTo("250 2.0.0 accepted");
            assertThat(sending.readLine()).isEqualTo(SHUTTING_DOWN);
            sending.hangUp();
            drain.get(5, TimeUnit.SECONDS);
        }
        assertThat(receiver.count).hasValue(2);
    }

    /** Room is everybody's, and that of a connection that is gone is free again. */
    @Test
    void octetsUnderWayAreCountedOverAllConnections() throws Exception {
        TestSettings settings = new TestSettings();
        assertThat(settings.apply(new String[] {"limit", "octetsInFlight", "1000"}))
                .isTrue();
        try (SubEthaMailServer server = started(settings, new ToldReceiver(Reply.of(250, "2.0.0", "accepted")));
                TestClient first = new TestClient(server.address());
                TestClient second = new TestClient(server.address())) {
            greetExtended(first);
            greetExtended(second);
            first.send("MAIL FROM:<alice@example.com> SIZE=600");
            assertThat(first.readLine()).isEqualTo("250 2.1.0 Sender OK");
            second.send("MAIL FROM:<alice@example.com> SIZE=401");
            assertThat(second.readLine()).isEqualTo("452 4.3.1 Too much mail under way, try again later");
            first.hangUp();

            String reply = "452 again";
            while (reply.startsWith("452")) {
                second.send("MAIL FROM:<alice@example.com> SIZE=1000");
                reply = second.readLine();
            }
            assertThat(reply).isEqualTo("250 2.1.0 Sender OK");
        }
    }

    /** Knows what was refused before anybody looked at it. */
    private static final class RefusingReceiver implements MessageReceiver {
        private final BlockingQueue<String> refused = new LinkedBlockingQueue<>();

        @Override
        public List<Reply> receive(Envelope envelope, RawMessage message, Spool.Scope scope) {
            return Collections.nCopies(envelope.recipients().size(), Reply.of(250, "2.0.0", "accepted"));
        }

        @Override
        public List<Reply> refuse(Envelope envelope, long octets, Reason reason, String detail) {
            refused.add(reason + " " + octets);
            return Collections.nCopies(envelope.recipients().size(), Reply.of(reason));
        }
    }

    @Test
    void whatIsRefusedAtTheEndOfTheDataIsHandedOnForTheRecord() throws Exception {
        RefusingReceiver receiver = new RefusingReceiver();
        TestSettings settings = new TestSettings();
        assertThat(settings.apply(new String[] {"limit", "lineOctets", "1000"})).isTrue();
        assertThat(settings.apply(new String[] {"limit", "messageOctets", "5000"}))
                .isTrue();
        try (SubEthaMailServer server = started(settings, receiver);
                TestClient client = new TestClient(server.address())) {
            greet(client);
            for (String data : List.of("a\nb", "x".repeat(1200), "y\r\n".repeat(2000) + "z")) {
                begin(client);
                client.send(data + "\r\n.");
                assertThat(client.readLine()).startsWith("55");
            }
            assertThat(receiver.refused)
                    .containsExactly("BARE_LINE_END 5", "LINE_TOO_LONG 1202", "MESSAGE_TOO_BIG 6003");
        }
    }

    /** Knows of which messages the peer is known to have the reply. */
    private static final class ToldReceiver implements MessageReceiver {
        private final BlockingQueue<QueueId> received = new LinkedBlockingQueue<>();
        private final BlockingQueue<QueueId> told = new LinkedBlockingQueue<>();
        private final CountDownLatch released = new CountDownLatch(1);
        private final Reply reply;

        ToldReceiver(Reply reply) {
            this.reply = reply;
        }

        @Override
        public List<Reply> receive(Envelope envelope, RawMessage message, Spool.Scope scope) {
            received.add(envelope.queueId());
            try {
                released.await();
            } catch (InterruptedException e) {
                throw new IllegalStateException(e);
            }
            return Collections.nCopies(envelope.recipients().size(), reply);
        }

        @Override
        public void told(QueueId queueId) {
            told.add(queueId);
        }
    }

    @Test
    void thePeerIsToldWhenItGoesOn() throws Exception {
        ToldReceiver receiver = new ToldReceiver(Reply.of(250, "2.0.0", "accepted"));
        receiver.released.countDown();
        try (SubEthaMailServer server = started(new TestSettings(), receiver);
                TestClient client = new TestClient(server.address())) {
            greet(client);
            begin(client);
            client.send("x\r\n.");
            assertThat(client.readLine()).isEqualTo("250 2.0.0 accepted");
            assertThat(receiver.told).isEmpty();
            client.send("NOOP");
            assertThat(client.readLine()).isEqualTo("250 2.0.0 OK");
            assertThat(receiver.told).containsExactlyElementsOf(receiver.received);
        }
    }

    /** The receiver takes longer than commands may take. */
    @Test
    void afterAMessageThereIsTimeForAnotherEnvelope() throws Exception {
        Duration limit = Duration.ofSeconds(3);
        TestSettings settings = new TestSettings();
        settings.apply(new String[] {"session", "envelopeTimeout", String.valueOf(limit.toMillis())});
        ToldReceiver receiver = new ToldReceiver(Reply.of(250, "2.0.0", "accepted"));
        try (SubEthaMailServer server = started(settings, receiver);
                TestClient client = new TestClient(server.address())) {
            greet(client);
            begin(client);
            client.send("x\r\n.");
            var _ = receiver.received.take();
            assertThat(receiver.released.await(limit.toMillis(), TimeUnit.MILLISECONDS))
                    .isFalse();
            receiver.released.countDown();
            assertThat(client.readLine()).isEqualTo("250 2.0.0 accepted");
            client.send("NOOP");
            assertThat(client.readLine()).isEqualTo("250 2.0.0 OK");
        }
    }

    @Test
    void whatWasSentWithTheMessageIsNoSignThatItHasTheReply() throws Exception {
        ToldReceiver receiver = new ToldReceiver(Reply.of(250, "2.0.0", "accepted"));
        try (SubEthaMailServer server = started(new TestSettings(), receiver);
                TestClient client = new TestClient(server.address())) {
            greet(client);
            begin(client);
            client.send("x\r\n.\r\nNOOP");
            QueueId first = receiver.received.take();
            receiver.released.countDown();
            assertThat(client.readLine()).isEqualTo("250 2.0.0 accepted");
            assertThat(client.readLine()).isEqualTo("250 2.0.0 OK");
            assertThat(receiver.told).isEmpty();
            client.send("NOOP");
            assertThat(client.readLine()).isEqualTo("250 2.0.0 OK");
            assertThat(receiver.told).containsExactly(first);
        }
    }

    @Test
    void nobodyIsToldOfARefusalNorOfAConnectionThatEnds() throws Exception {
        ToldReceiver refusing = new ToldReceiver(Reply.of(451, "4.3.0", "later"));
        refusing.released.countDown();
        try (SubEthaMailServer server = started(new TestSettings(), refusing);
                TestClient client = new TestClient(server.address())) {
            greet(client);
            begin(client);
            client.send("x\r\n.");
            assertThat(client.readLine()).isEqualTo("451 4.3.0 later");
            client.send("NOOP");
            assertThat(client.readLine()).isEqualTo("250 2.0.0 OK");
            assertThat(refusing.told).isEmpty();
        }
        ToldReceiver accepting = new ToldReceiver(Reply.of(250, "2.0.0", "accepted"));
        accepting.released.countDown();
        try (SubEthaMailServer server = started(new TestSettings(), accepting)) {
            try (TestClient client = new TestClient(server.address())) {
                greet(client);
                begin(client);
                client.send("x\r\n.");
                assertThat(client.readLine()).isEqualTo("250 2.0.0 accepted");
                client.hangUp();
            }
            server.drain(Duration.ofSeconds(5));
            assertThat(accepting.told).isEmpty();
        }
    }

    @Test
    void drainSaysFarewellOverTls() throws Exception {
        TestSettings settings = new TestSettings();
        settings.apply(new String[] {"tls"});
        try (SubEthaMailServer server = started(settings, new RecordingReceiver(List.of(), false));
                TestClient client = new TestClient(server.address())) {
            greet(client);
            client.send("STARTTLS");
            assertThat(client.readLine()).isEqualTo("220 2.0.0 Ready to start TLS");
            client.run(new Dialogue.Step.StartTls());
            client.send("NOOP");
            assertThat(client.readLine()).isEqualTo("250 2.0.0 OK");
            CompletableFuture<Void> drain = CompletableFuture.runAsync(() -> server.drain(Duration.ofSeconds(10)));
            assertThat(client.readLine()).isEqualTo(SHUTTING_DOWN);
            assertThat(client.readLine()).isEqualTo("<closed>");
            client.hangUp();
            drain.get(5, TimeUnit.SECONDS);
        }
    }

    @Test
    void drainEndsAtItsLimit() throws Exception {
        HoldingReceiver receiver = new HoldingReceiver();
        try (SubEthaMailServer server = started(new TestSettings(), receiver);
                TestClient busy = new TestClient(server.address())) {
            greet(busy);
            begin(busy);
            busy.send("x\r\n.");
            receiver.arrived.await();
            long start = System.nanoTime();
            server.drain(Duration.ofMillis(200));
            assertThat(Duration.ofNanos(System.nanoTime() - start))
                    .isBetween(Duration.ofMillis(200), Duration.ofSeconds(4));
            assertThat(busy.readLine()).isEqualTo("<closed>");
            receiver.released.countDown();
        }
    }

    @Test
    void connectionsAboveTheLimitAreToldSo() throws Exception {
        TestSettings settings = new TestSettings();
        settings.apply(new String[] {"limit", "connections", "1"});
        try (SubEthaMailServer server = started(settings, new RecordingReceiver(List.of(), false));
                TestClient first = new TestClient(server.address())) {
            greet(first);
            try (TestClient second = new TestClient(server.address())) {
                assertThat(second.readLine()).isEqualTo("421 4.3.2 Too many connections, try again later");
                assertThat(second.readLine()).isEqualTo("<closed>");
            }
            first.send("NOOP");
            assertThat(first.readLine()).isEqualTo("250 2.0.0 OK");
        }
    }

    /** 130 open files are enough for one connection beside the rest. */
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
                greet(first);
                assertThat(places.share()).isEqualTo(1);
                try (TestClient second = new TestClient(other.address())) {
                    assertThat(second.readLine()).isEqualTo("421 4.3.2 Too many connections, try again later");
                }
                first.send("NOOP");
                assertThat(first.readLine()).isEqualTo("250 2.0.0 OK");
            }
            String greeting = "";
            for (int attempt = 0; attempt < 500 && !greeting.equals(GREETING); attempt++) {
                try (TestClient client = new TestClient(other.address())) {
                    greeting = client.readLine();
                }
            }
            assertThat(greeting).isEqualTo(GREETING);
        }
    }

    @Test
    void aPeerThatGoesAwayLeavesRoomForTheNext() throws Exception {
        TestSettings settings = new TestSettings();
        settings.apply(new String[] {"limit", "connections", "1"});
        try (SubEthaMailServer server = started(settings, new RecordingReceiver(List.of(), false))) {
            for (int i = 0; i < 50; i++) {
                String greeting = "";
                for (int attempt = 0; attempt < 500 && !greeting.equals(GREETING); attempt++) {
                    try (TestClient client = new TestClient(server.address())) {
                        greeting = client.readLine();
                    }
                }
                assertThat(greeting).isEqualTo(GREETING);
            }
        }
    }

    @Test
    void dataThatDripsIsCutOff() throws Exception {
        TestSettings settings = new TestSettings();
        settings.apply(new String[] {"session", "dataTimeout", "300"});
        settings.apply(new String[] {"session", "dataOctetsPerSecond", "1000"});
        try (SubEthaMailServer server = started(settings, new RecordingReceiver(List.of(), false));
                TestClient client = new TestClient(server.address())) {
            greet(client);
            begin(client);
            long start = System.nanoTime();
            assertThatThrownBy(() -> {
                        // each wait is short, but 20 octets a second are too few
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
        try (SubEthaMailServer server = started(settings, new RecordingReceiver(List.of(), false));
                TestClient client = new TestClient(server.address())) {
            greet(client);
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
        try (SubEthaMailServer server = started(settings, new RecordingReceiver(List.of(), false));
                TestClient client = new TestClient(server.address())) {
            greet(client);
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
        try (SubEthaMailServer server = started(settings, new RecordingReceiver(List.of(), false));
                TestClient client = new TestClient(server.address())) {
            greet(client);
            client.send("STARTTLS");
            assertThat(client.readLine()).isEqualTo("220 2.0.0 Ready to start TLS");
            assertThat(new String(client.readToEnd(), java.nio.charset.StandardCharsets.ISO_8859_1))
                    .doesNotContain("421");
        }
    }

    @Test
    void aPortInUseIsAnIoException() throws Exception {
        try (SubEthaMailServer first = started(new TestSettings(), new RecordingReceiver(List.of(), false))) {
            ServerSettings free = new TestSettings().settings();
            ServerSettings taken = new ServerSettings(
                    free.hostName(),
                    free.protocol(),
                    free.role(),
                    first.address(),
                    free.rights(),
                    free.limits(),
                    free.tls(),
                    free.logins(),
                    free.tenantTokens(),
                    free.spools(),
                    free.sessionLimits(),
                    free.splitRecipients(),
                    free.clock());
            try (SubEthaMailServer second = new SubEthaMailServer(taken, new RecordingReceiver(List.of(), false))) {
                assertThatThrownBy(second::start).isInstanceOf(BindException.class);
            }
        }
    }

    @Test
    void theReplyAfterPipelinedDataNeedsNoDelayedAck() throws Exception {
        RecordingReceiver receiver = new RecordingReceiver(List.of(), false);
        try (SubEthaMailServer server = started(new TestSettings(), receiver);
                TestClient client = new TestClient(server.address())) {
            greet(client);
            long start = System.nanoTime();
            for (int i = 0; i < 50; i++) {
                begin(client);
                client.send("x\r\n.");
                assertThat(client.readLine()).isEqualTo("250 2.0.0 accepted");
            }
            // With Nagle and delayed ACK each of the fifty would take 40 ms at least.
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMillis(1500));
        }
        assertThat(receiver.messages()).hasSize(50);
    }

    private static SubEthaMailServer started(TestSettings settings, MessageReceiver receiver) throws IOException {
        SubEthaMailServer server = new SubEthaMailServer(settings.settings(), receiver);
        server.start();
        return server;
    }

    // The kernel keeps the port open until the thread in accept has woken up
    private static void awaitRefusal(SubEthaMailServer server) throws Exception {
        long end = System.nanoTime() + TimeUnit.SECONDS.toNanos(5);
        while (true) {
            try (Socket accepted =
                    new Socket(server.address().getAddress(), server.address().getPort())) {
                assertThat(System.nanoTime()).as("still %s", accepted).isLessThan(end);
                TimeUnit.MILLISECONDS.sleep(20);
            } catch (ConnectException refused) {
                return;
            }
        }
    }

    private static void greetExtended(TestClient client) throws Exception {
        assertThat(client.readLine()).startsWith("220 ");
        client.send("EHLO client.example.com");
        String line = client.readLine();
        while (line.startsWith("250-")) {
            line = client.readLine();
        }
        assertThat(line).startsWith("250 ");
    }

    private static void greet(TestClient client) throws IOException {
        assertThat(client.readLine()).isEqualTo(GREETING);
        client.send("HELO client.example.com");
        assertThat(client.readLine()).isEqualTo("250 gw.example.com");
    }

    private static void begin(TestClient client) throws IOException {
        client.send("MAIL FROM:<alice@example.com>\r\nRCPT TO:<bob@example.net>\r\nDATA");
        assertThat(client.readLine()).isEqualTo("250 2.1.0 Sender OK");
        assertThat(client.readLine()).isEqualTo("250 2.1.5 Recipient OK");
        assertThat(client.readLine()).isEqualTo("354 End data with <CR><LF>.<CR><LF>");
    }
}
