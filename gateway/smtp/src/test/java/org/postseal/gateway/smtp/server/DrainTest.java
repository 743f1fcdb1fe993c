package org.postseal.gateway.smtp.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.ConnectException;
import java.net.Socket;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.postseal.gateway.mail.Envelope;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.mail.Spool;
import org.postseal.gateway.smtp.Reply;

/** Stops a server that has connections. */
@Timeout(20)
class DrainTest {
    private static final String SHUTTING_DOWN = "421 4.3.2 Service is shutting down";

    /** Holds each message until the test releases it. */
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
        try (SubEthaMailServer server = new TestSettings().started(receiver);
                TestClient idle = new TestClient(server.address());
                TestClient busy = new TestClient(server.address());
                TestClient sending = new TestClient(server.address())) {
            idle.greet();
            busy.greet();
            sending.greet();
            sending.begin();
            busy.begin();
            // The next message is in the pipeline already. It must not be accepted any more.
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

    @Test
    void drainSaysFarewellOverTls() throws Exception {
        TestSettings settings = new TestSettings();
        settings.apply(new String[] {"tls"});
        try (SubEthaMailServer server = settings.started(new RecordingReceiver(List.of(), false));
                TestClient client = new TestClient(server.address())) {
            client.greet();
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
        try (SubEthaMailServer server = new TestSettings().started(receiver);
                TestClient busy = new TestClient(server.address())) {
            busy.greet();
            busy.begin();
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

    // The kernel keeps the port open until the thread in accept has woken up.
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
}
