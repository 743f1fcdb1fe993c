package org.postseal.gateway.smtp.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.LinkedBlockingQueue;
import java.util.concurrent.TimeUnit;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.postseal.gateway.mail.Envelope;
import org.postseal.gateway.mail.QueueId;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.mail.Spool;
import org.postseal.gateway.smtp.Reply;

/** Checks which replies the peer is known to have. */
@Timeout(20)
@Tag("thorough")
class ToldReplyTest {
    /** Notes the messages whose reply the peer is known to have. */
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
        try (SubEthaMailServer server = new TestSettings().started(receiver);
                TestClient client = new TestClient(server.address())) {
            client.greet();
            client.begin();
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
        try (SubEthaMailServer server = settings.started(receiver);
                TestClient client = new TestClient(server.address())) {
            client.greet();
            client.begin();
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
        try (SubEthaMailServer server = new TestSettings().started(receiver);
                TestClient client = new TestClient(server.address())) {
            client.greet();
            client.begin();
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
        try (SubEthaMailServer server = new TestSettings().started(refusing);
                TestClient client = new TestClient(server.address())) {
            client.greet();
            client.begin();
            client.send("x\r\n.");
            assertThat(client.readLine()).isEqualTo("451 4.3.0 later");
            client.send("NOOP");
            assertThat(client.readLine()).isEqualTo("250 2.0.0 OK");
            assertThat(refusing.told).isEmpty();
        }
        ToldReceiver accepting = new ToldReceiver(Reply.of(250, "2.0.0", "accepted"));
        accepting.released.countDown();
        try (SubEthaMailServer server = new TestSettings().started(accepting)) {
            try (TestClient client = new TestClient(server.address())) {
                client.greet();
                client.begin();
                client.send("x\r\n.");
                assertThat(client.readLine()).isEqualTo("250 2.0.0 accepted");
                client.hangUp();
            }
            server.drain(Duration.ofSeconds(5));
            assertThat(accepting.told).isEmpty();
        }
    }
}
