package org.postseal.gateway.smtp.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.tuple;

import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.postseal.gateway.config.NextHopConfig;
import org.postseal.gateway.config.NextHopConfig.TlsMode;
import org.postseal.gateway.smtp.Reply;
import org.postseal.gateway.testkit.ScriptedNextHop;

class NettyNextHopTest {
    @Test
    void sendsAMessage() throws IOException {
        try (ScriptedNextHop peer = new ScriptedNextHop();
                NettyNextHop client = client(peer)) {
            OutgoingEnvelope envelope = Messages.envelope(2);
            List<NextHop.Outcome> outcomes = client.send(Messages.unit(envelope), envelope, false);
            Reply queued = Reply.of(250, "2.0.0", "queued as 4ABC");
            assertThat(outcomes)
                    .extracting(NextHop.Outcome::reply, NextHop.Outcome::inDoubt)
                    .containsExactly(tuple(queued, false), tuple(queued, false));
            assertThat(peer.received()).singleElement().satisfies(message -> {
                assertThat(message.commands())
                        .containsExactly(
                                "MAIL FROM:<alice@example.com> SIZE=24",
                                "RCPT TO:<r1@example.net>",
                                "RCPT TO:<r2@example.net>",
                                "DATA");
                assertThat(new String(message.wire(), StandardCharsets.UTF_8)).isEqualTo(Messages.TEXT);
            });
        }
    }

    static NettyNextHop client(ScriptedNextHop peer) throws IOException {
        return new NettyNextHop(settings(peer, TlsMode.NONE, Duration.ofSeconds(10)));
    }

    static ClientSettings settings(ScriptedNextHop peer, TlsMode mode, Duration timeout) {
        return new ClientSettings(
                NextHopConfig.smtp(peer.address(), mode, Optional.empty()),
                "gw.example.com",
                ClientSettings.Timeouts.all(timeout));
    }
}
