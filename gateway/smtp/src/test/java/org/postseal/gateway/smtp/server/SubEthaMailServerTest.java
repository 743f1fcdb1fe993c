package org.postseal.gateway.smtp.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.net.BindException;
import java.time.Duration;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.BlockingQueue;
import java.util.concurrent.LinkedBlockingQueue;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.postseal.gateway.config.GatewayConfig.Listener;
import org.postseal.gateway.mail.Envelope;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.mail.Spool;
import org.postseal.gateway.smtp.Reply;
import org.postseal.policy.outcome.Reason;

/** Tests of the server that a dialogue file cannot express. */
@Timeout(20)
class SubEthaMailServerTest {
    /** Knows which messages were refused before they were looked at. */
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
        try (SubEthaMailServer server = settings.started(receiver);
                TestClient client = new TestClient(server.address())) {
            client.greet();
            for (String data : List.of("a\nb", "x".repeat(1200), "y\r\n".repeat(2000) + "z")) {
                client.begin();
                client.send(data + "\r\n.");
                assertThat(client.readLine()).startsWith("55");
            }
            assertThat(receiver.refused)
                    .containsExactly("BARE_LINE_END 5", "LINE_TOO_LONG 1202", "MESSAGE_TOO_BIG 6003");
        }
    }

    @Test
    void aPortInUseIsAnIoException() throws Exception {
        try (SubEthaMailServer first = new TestSettings().started(new RecordingReceiver(List.of(), false))) {
            ServerSettings free = new TestSettings().settings();
            ServerSettings taken = new ServerSettings(
                    free.hostName(),
                    new Listener(
                            free.protocol(), first.address(), free.role(), Optional.empty(), free.splitRecipients()),
                    free.rights(),
                    free.limits(),
                    free.tls(),
                    free.spools(),
                    free.clock());
            try (SubEthaMailServer second = new SubEthaMailServer(taken, new RecordingReceiver(List.of(), false))) {
                assertThatThrownBy(second::start).isInstanceOf(BindException.class);
            }
        }
    }

    @Test
    void theReplyAfterPipelinedDataNeedsNoDelayedAck() throws Exception {
        RecordingReceiver receiver = new RecordingReceiver(List.of(), false);
        try (SubEthaMailServer server = new TestSettings().started(receiver);
                TestClient client = new TestClient(server.address())) {
            client.greet();
            long start = System.nanoTime();
            for (int i = 0; i < 50; i++) {
                client.begin();
                client.send("x\r\n.");
                assertThat(client.readLine()).isEqualTo("250 2.0.0 accepted");
            }
            // With Nagle's algorithm and delayed ACKs, each of the fifty would take at least 40 ms.
            assertThat(Duration.ofNanos(System.nanoTime() - start)).isLessThan(Duration.ofMillis(1500));
        }
        assertThat(receiver.messages()).hasSize(50);
    }
}
