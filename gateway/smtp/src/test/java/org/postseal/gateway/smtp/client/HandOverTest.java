package org.postseal.gateway.smtp.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.Instant;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.postseal.gateway.config.NextHopConfig;
import org.postseal.gateway.config.NextHopConfig.HopLimits;
import org.postseal.gateway.config.NextHopConfig.Target;
import org.postseal.gateway.config.NextHopConfig.TlsMode;
import org.postseal.gateway.testkit.Action;
import org.postseal.gateway.testkit.Script;
import org.postseal.gateway.testkit.Script.Stage;
import org.postseal.gateway.testkit.ScriptedNextHop;
import org.postseal.policy.outcome.Reason;

/**
 * The upstream waits only for a limited time: a message that was not passed on by then stays with it. No other limit
 * would end these tests.
 */
@Timeout(60)
@Tag("thorough")
class HandOverTest {
    private static final OutgoingEnvelope ENVELOPE = Messages.envelope(1);
    private static final Duration LONG = Duration.ofHours(1);

    @ParameterizedTest
    @EnumSource(
            value = Stage.class,
            names = {"GREETING", "EHLO", "MAIL", "RCPT", "DATA"})
    void aSilentPeerIsGivenUpAndNobodyElseIsTried(Stage stage) throws IOException {
        try (ScriptedNextHop silent = new ScriptedNextHop(Script.at(stage, new Action.Hang()));
                ScriptedNextHop other = new ScriptedNextHop();
                NettyNextHop client = client(Duration.ofMillis(300), silent, other)) {
            NextHop.Outcome outcome = send(client, ENVELOPE);
            assertThat(outcome.reply().code()).isEqualTo(451);
            assertThat(outcome.inDoubt()).isFalse();
            assertThat(silent.completed()).isZero();
            assertThat(other.connections()).isZero();
        }
    }

    /** A next hop that has the dot may have the message. To give up then would make a duplicate. */
    @Test
    void afterTheFinalDotTheReplyIsWaitedFor() throws IOException {
        Script late = Script.at(Stage.DOT, new Action.Delay(Duration.ofSeconds(3)));
        try (ScriptedNextHop slow = new ScriptedNextHop(late);
                NettyNextHop client = client(Duration.ofSeconds(2), slow)) {
            assertThat(send(client, ENVELOPE).reply().code()).isEqualTo(250);
            assertThat(slow.completed()).isEqualTo(1);
        }
    }

    @Test
    void theTimeThatAMessageHasSpentHereCounts() throws IOException {
        try (ScriptedNextHop peer = new ScriptedNextHop();
                NettyNextHop client = client(LONG, peer)) {
            assertThat(send(client, ENVELOPE.received(Instant.now().minus(LONG))))
                    .isEqualTo(NextHop.Outcome.of(Reason.NEXT_HOP_UNAVAILABLE, "the time to hand it over has passed"));
            assertThat(peer.connections()).isZero();
            assertThat(send(client, ENVELOPE.received(Instant.now())).reply().code())
                    .isEqualTo(250);
        }
    }

    /** The pool keeps the connection, and not the time limit of the message. */
    @Test
    void aConnectionKnowsTheTimeOfEachMessageOnly() throws IOException {
        Script slowAtFirst = moment -> moment.stage() == Stage.DOT && moment.count() == 1
                ? Optional.of(new Action.Delay(Duration.ofSeconds(3)))
                : Optional.empty();
        try (ScriptedNextHop peer = new ScriptedNextHop(slowAtFirst);
                NettyNextHop client = client(Duration.ofSeconds(2), peer)) {
            assertThat(send(client, ENVELOPE).reply().code()).isEqualTo(250);
            assertThat(send(client, ENVELOPE).reply().code()).isEqualTo(250);
            assertThat(peer.connections()).isEqualTo(1);
        }
    }

    private static NextHop.Outcome send(NextHop client, OutgoingEnvelope envelope) {
        return client.send(Messages.unit(envelope), envelope, false).getFirst();
    }

    private static NettyNextHop client(Duration handOver, ScriptedNextHop... servers) throws IOException {
        List<InetSocketAddress> addresses =
                Arrays.stream(servers).map(ScriptedNextHop::address).toList();
        return new NettyNextHop(new ClientSettings(
                NextHopConfig.smtp("hop", new Target.Addresses(addresses), TlsMode.NONE, Optional.empty())
                        .within(new HopLimits(
                                20, 100, LONG, LONG, LONG, Optional.of(handOver), NextHopConfig.Patience.NEARBY)),
                "gw.example.com",
                ClientSettings.Timeouts.all(LONG)));
    }
}
