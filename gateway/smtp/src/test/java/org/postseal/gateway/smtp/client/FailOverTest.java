package org.postseal.gateway.smtp.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.Test;
import org.postseal.gateway.config.NextHopConfig;
import org.postseal.gateway.config.NextHopConfig.HopLimits;
import org.postseal.gateway.config.NextHopConfig.Target;
import org.postseal.gateway.config.NextHopConfig.TlsMode;
import org.postseal.gateway.testkit.Action;
import org.postseal.gateway.testkit.Script;
import org.postseal.gateway.testkit.Script.Stage;
import org.postseal.gateway.testkit.ScriptedNextHop;
import org.postseal.policy.outcome.Reason;

/** Checks which address of a next hop is tried when. The table of faults is in HopFaults. */
class FailOverTest {
    private static final OutgoingEnvelope ENVELOPE = Messages.envelope(1);
    private static final Duration LONG = Duration.ofHours(1);
    private static final Script ONCE_CLOSING = moment -> moment.stage() == Stage.GREETING && moment.connection() == 1
            ? Optional.of(new Action.SayAndClose("421 4.3.2 too busy\r\n"))
            : Optional.empty();

    @Test
    void theFirstInTheListIsTheFirst() throws IOException {
        try (ScriptedNextHop one = new ScriptedNextHop();
                ScriptedNextHop other = new ScriptedNextHop();
                NettyNextHop client = client(LONG, LONG, one, other)) {
            assertThat(send(client)).isEqualTo("250");
            assertThat(send(client)).isEqualTo("250");
            assertThat(one.completed()).isEqualTo(2);
            assertThat(other.connections()).isZero();
        }
    }

    @Test
    void whereNobodyListensTheNextIsTried() throws IOException {
        ScriptedNextHop down = new ScriptedNextHop();
        down.close();
        try (ScriptedNextHop other = new ScriptedNextHop();
                NettyNextHop client = client(LONG, LONG, down, other)) {
            assertThat(send(client)).isEqualTo("250");
            assertThat(other.completed()).isEqualTo(1);
        }
    }

    @Test
    void whoFailedIsLeftAloneForAWhile() throws IOException {
        try (ScriptedNextHop one = new ScriptedNextHop(ONCE_CLOSING);
                ScriptedNextHop other = new ScriptedNextHop();
                NettyNextHop client = client(LONG, LONG, one, other)) {
            assertThat(send(client)).isEqualTo("250");
            assertThat(send(client)).isEqualTo("250");
            assertThat(one.connections()).isEqualTo(1);
            assertThat(other.completed()).isEqualTo(2);
        }
    }

    @Test
    void afterTheBackOffItIsTheFirstAgain() throws IOException {
        try (ScriptedNextHop one = new ScriptedNextHop(ONCE_CLOSING);
                ScriptedNextHop other = new ScriptedNextHop();
                NettyNextHop client = client(LONG, Duration.ZERO, one, other)) {
            assertThat(send(client)).isEqualTo("250");
            assertThat(send(client)).isEqualTo("250");
            assertThat(send(client)).isEqualTo("250");
            assertThat(one.completed()).isEqualTo(2);
            assertThat(other.completed()).isEqualTo(1);
        }
    }

    @Test
    void whoFailedIsTriedWhereTheOthersFailToo() throws IOException {
        Script later = moment -> moment.stage() == Stage.EHLO && moment.connection() == 2
                ? Optional.of(new Action.Close())
                : Optional.empty();
        try (ScriptedNextHop one = new ScriptedNextHop(ONCE_CLOSING);
                ScriptedNextHop other = new ScriptedNextHop(later);
                NettyNextHop client = client(LONG, LONG, one, other)) {
            assertThat(send(client)).isEqualTo("250");
            other.resetAll();
            assertThat(send(client)).isEqualTo("250");
            assertThat(one.completed()).isEqualTo(1);
            assertThat(other.completed()).isEqualTo(1);
        }
    }

    @Test
    void whereAllFailEachIsNamed() throws IOException {
        Script closing = Script.at(Stage.GREETING, new Action.SayAndClose("421 4.3.2 too busy\r\n"));
        try (ScriptedNextHop one = new ScriptedNextHop(closing);
                ScriptedNextHop other = new ScriptedNextHop(closing);
                NettyNextHop client = client(LONG, LONG, one, other)) {
            NextHop.Outcome outcome =
                    client.send(Messages.unit(ENVELOPE), ENVELOPE, false).getFirst();
            assertThat(outcome)
                    .isEqualTo(NextHop.Outcome.of(
                            Reason.NEXT_HOP_UNAVAILABLE,
                            one.address() + ": greeting: 421 4.3.2 too busy; " + other.address()
                                    + ": greeting: 421 4.3.2 too busy"));
        }
    }

    @Test
    void nobodyIsTriedAfterTheTimeLimit() throws IOException {
        try (ScriptedNextHop one = new ScriptedNextHop(ONCE_CLOSING);
                ScriptedNextHop other = new ScriptedNextHop();
                NettyNextHop client = client(Duration.ZERO, LONG, one, other)) {
            assertThat(send(client)).isEqualTo("451");
            assertThat(other.connections()).isZero();
        }
    }

    @Test
    void aReplyOfTheServerIsFinal() throws IOException {
        try (ScriptedNextHop one =
                        new ScriptedNextHop(Script.at(Stage.MAIL, new Action.Say("451 4.7.1 greylisted\r\n")));
                ScriptedNextHop other = new ScriptedNextHop();
                NettyNextHop client = client(LONG, LONG, one, other)) {
            assertThat(send(client)).isEqualTo("451");
            assertThat(other.connections()).isZero();
        }
    }

    @Test
    void whoMayHaveTheMessageIsFollowedByNobody() throws IOException {
        try (ScriptedNextHop one = new ScriptedNextHop(Script.at(Stage.DOT, new Action.Close()));
                ScriptedNextHop other = new ScriptedNextHop();
                NettyNextHop client = client(LONG, LONG, one, other)) {
            NextHop.Outcome outcome =
                    client.send(Messages.unit(ENVELOPE), ENVELOPE, false).getFirst();
            assertThat(outcome.reason()).contains(Reason.NEXT_HOP_BROKE_OFF);
            assertThat(outcome.inDoubt()).isTrue();
            assertThat(other.connections()).isZero();
        }
    }

    @Test
    void aConnectionCarriesNoMoreMessagesThanItMay() throws IOException {
        try (ScriptedNextHop peer = new ScriptedNextHop();
                NettyNextHop client = client(
                        new HopLimits(1, 2, LONG, LONG, LONG, Optional.empty(), NextHopConfig.Patience.NEARBY), peer)) {
            for (int i = 0; i < 5; i++) {
                assertThat(send(client)).isEqualTo("250");
            }
            assertThat(peer.connections()).isEqualTo(3);
        }
    }

    private static String send(NextHop client) {
        NextHop.Outcome outcome =
                client.send(Messages.unit(ENVELOPE), ENVELOPE, false).getFirst();
        return String.valueOf(outcome.reply().code());
    }

    private static NettyNextHop client(Duration timeLimit, Duration backOff, ScriptedNextHop... servers)
            throws IOException {
        return client(
                new HopLimits(20, 100, LONG, timeLimit, backOff, Optional.empty(), NextHopConfig.Patience.NEARBY),
                servers);
    }

    private static NettyNextHop client(HopLimits limits, ScriptedNextHop... servers) throws IOException {
        List<InetSocketAddress> addresses =
                Arrays.stream(servers).map(ScriptedNextHop::address).toList();
        return new NettyNextHop(new ClientSettings(
                NextHopConfig.smtp("hop", new Target.Addresses(addresses), TlsMode.NONE, Optional.empty())
                        .within(limits),
                "gw.example.com",
                ClientSettings.Timeouts.all(Duration.ofSeconds(20))));
    }
}
