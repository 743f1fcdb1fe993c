package org.postseal.gateway.smtp.client;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import java.util.concurrent.atomic.AtomicInteger;
import java.util.stream.IntStream;
import java.util.stream.Stream;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.MethodSource;
import org.postseal.gateway.config.NextHopConfig;
import org.postseal.gateway.config.NextHopConfig.HopLimits;
import org.postseal.gateway.config.NextHopConfig.TlsMode;
import org.postseal.gateway.testkit.Action;
import org.postseal.gateway.testkit.Script;
import org.postseal.gateway.testkit.Script.Stage;
import org.postseal.gateway.testkit.ScriptedNextHop;
import org.postseal.policy.outcome.Reason;

@Tag("thorough")
class PoolingTest {
    private static final OutgoingEnvelope ENVELOPE = Messages.envelope(1);

    @Test
    void oneConnectionCarriesOneMessageAfterTheOther() throws IOException {
        Script refuseOne = Script.onLine("RCPT TO:<r2@", new Action.Say("550 5.1.1 who?\r\n"));
        try (ScriptedNextHop peer = new ScriptedNextHop(refuseOne);
                NettyNextHop client = NettyNextHopTest.client(peer)) {
            assertThat(send(client)).isEqualTo("250");
            OutgoingEnvelope refused = Messages.envelope(
                    Messages.recipients(2).subList(1, 2), org.postseal.gateway.mail.MailParameters.NONE);
            assertThat(codes(client.send(Messages.unit(refused), refused, false)))
                    .isEqualTo("550");
            assertThat(send(client)).isEqualTo("250");
            assertThat(peer.connections()).isEqualTo(1);
            assertThat(peer.commands())
                    .containsExactly(
                            "EHLO gw.example.com",
                            "MAIL FROM:<alice@example.com> SIZE=24",
                            "RCPT TO:<r1@example.net>",
                            "DATA",
                            "MAIL FROM:<alice@example.com> SIZE=24",
                            "RCPT TO:<r2@example.net>",
                            "DATA",
                            "RSET",
                            "MAIL FROM:<alice@example.com> SIZE=24",
                            "RCPT TO:<r1@example.net>",
                            "DATA");
        }
    }

    @Test
    void connectionThatDiedIdleIsReplaced() throws IOException {
        try (ScriptedNextHop peer = new ScriptedNextHop();
                NettyNextHop client = NettyNextHopTest.client(peer)) {
            assertThat(send(client)).isEqualTo("250");
            peer.resetAll();
            assertThat(send(client)).isEqualTo("250");
            assertThat(peer.connections()).isEqualTo(2);
            assertThat(peer.completed()).isEqualTo(2);
        }
    }

    static Stream<Action> deaths() {
        return Stream.of(new Action.Reset(), new Action.Close(), new Action.SayAndClose("421 4.4.2 idle too long\r\n"));
    }

    @ParameterizedTest
    @MethodSource("deaths")
    void reusedConnectionThatDiesAtMailIsTriedAgainOnce(Action death) throws IOException {
        Script script =
                moment -> moment.stage() == Stage.MAIL && moment.count() == 2 ? Optional.of(death) : Optional.empty();
        try (ScriptedNextHop peer = new ScriptedNextHop(script);
                NettyNextHop client = NettyNextHopTest.client(peer)) {
            assertThat(send(client)).isEqualTo("250");
            assertThat(send(client)).isEqualTo("250");
            assertThat(peer.connections()).isEqualTo(2);
            assertThat(peer.completed()).isEqualTo(2);
        }
    }

    @ParameterizedTest
    @MethodSource("deaths")
    void afterMailWasAnsweredNothingIsTriedAgain(Action death) throws IOException {
        Script script =
                moment -> moment.stage() == Stage.RCPT && moment.count() == 2 ? Optional.of(death) : Optional.empty();
        try (ScriptedNextHop peer = new ScriptedNextHop(script, WITHOUT_PIPELINING, null);
                NettyNextHop client = NettyNextHopTest.client(peer)) {
            assertThat(send(client)).isEqualTo("250");
            List<NextHop.Outcome> outcomes = client.send(Messages.unit(ENVELOPE), ENVELOPE, false);
            assertThat(outcomes.getFirst().reason()).contains(Reason.NEXT_HOP_BROKE_OFF);
            assertThat(outcomes.getFirst().inDoubt()).isFalse();
            assertThat(peer.connections()).isEqualTo(1);
        }
    }

    @Test
    void connectionOnWhichTheRestWasNotForgottenIsNotUsedAgain() throws IOException {
        Script script = moment -> switch (moment.stage()) {
            case RCPT ->
                moment.connection() == 1 ? Optional.of(new Action.Say("550 5.1.1 who?\r\n")) : Optional.empty();
            case RSET -> Optional.of(new Action.Say("500 5.5.1 what?\r\n"));
            default -> Optional.empty();
        };
        try (ScriptedNextHop peer = new ScriptedNextHop(script);
                NettyNextHop client = NettyNextHopTest.client(peer)) {
            assertThat(send(client)).isEqualTo("550");
            assertThat(send(client)).isEqualTo("250");
            assertThat(peer.connections()).isEqualTo(2);
        }
    }

    // A next hop that is slow to answer MAIL may still accept it. A second MAIL would cost it twice.
    @Test
    void reusedConnectionThatIsSilentAtMailIsNotTriedAgain() throws IOException {
        CountDownLatch never = new CountDownLatch(1);
        Script script = moment -> moment.stage() == Stage.MAIL && moment.count() == 2
                ? Optional.of(new Action.Await(never))
                : Optional.empty();
        Duration slow = Duration.ofSeconds(20);
        try (ScriptedNextHop peer = new ScriptedNextHop(script);
                NettyNextHop client = new NettyNextHop(new ClientSettings(
                        hop(peer, 1, slow),
                        "gw.example.com",
                        new ClientSettings.Timeouts(slow, slow, slow, Duration.ofSeconds(1), slow, slow)))) {
            assertThat(send(client)).isEqualTo("250");
            NextHop.Outcome outcome =
                    client.send(Messages.unit(ENVELOPE), ENVELOPE, false).getFirst();
            assertThat(outcome.reason()).contains(Reason.NEXT_HOP_BROKE_OFF);
            assertThat(outcome.inDoubt()).isFalse();
            assertThat(peer.connections()).isEqualTo(1);
            never.countDown();
        }
    }

    @Test
    void freshConnectionThatDiesIsNotTriedAgain() throws IOException {
        try (ScriptedNextHop peer = new ScriptedNextHop(Script.at(Stage.MAIL, new Action.Close()));
                NettyNextHop client = NettyNextHopTest.client(peer)) {
            assertThat(send(client)).isEqualTo("451");
            assertThat(peer.connections()).isEqualTo(1);
        }
    }

    @Test
    void idleConnectionIsClosedPolitely() throws Exception {
        CountDownLatch quit = new CountDownLatch(1);
        Script script = moment -> {
            if (moment.stage() == Stage.QUIT) {
                quit.countDown();
            }
            return Optional.empty();
        };
        try (ScriptedNextHop peer = new ScriptedNextHop(script);
                NettyNextHop client = client(peer, 20, Duration.ofMillis(30))) {
            assertThat(send(client)).isEqualTo("250");
            assertThat(quit.await(20, java.util.concurrent.TimeUnit.SECONDS)).isTrue();
            assertThat(send(client)).isEqualTo("250");
            assertThat(peer.connections()).isEqualTo(2);
        }
    }

    @Test
    void neverMoreConnectionsThanAllowed() throws Exception {
        try (ScriptedNextHop peer = new ScriptedNextHop();
                NettyNextHop client = client(peer, 3, Duration.ofSeconds(30));
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            List<Future<String>> sent = IntStream.range(0, 100)
                    .mapToObj(_ -> threads.submit(() -> send(client)))
                    .toList();
            for (Future<String> one : sent) {
                assertThat(one.get()).isEqualTo("250");
            }
            assertThat(peer.connections()).isBetween(1, 3);
            assertThat(peer.completed()).isEqualTo(100);
        }
    }

    @Test
    void nobodyListens() throws IOException {
        ScriptedNextHop peer = new ScriptedNextHop();
        peer.close();
        try (NettyNextHop client = NettyNextHopTest.client(peer)) {
            assertThat(client.send(Messages.unit(ENVELOPE), ENVELOPE, false)
                            .getFirst()
                            .reason())
                    .contains(Reason.NEXT_HOP_UNAVAILABLE);
        }
    }

    @Test
    void closedClientSendsNothing() throws IOException {
        try (ScriptedNextHop peer = new ScriptedNextHop()) {
            NettyNextHop client = NettyNextHopTest.client(peer);
            client.close();
            client.close();
            assertThat(client.send(Messages.unit(ENVELOPE), ENVELOPE, false)
                            .getFirst()
                            .reason())
                    .contains(Reason.NEXT_HOP_UNAVAILABLE);
            assertThat(peer.connections()).isZero();
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = TlsMode.class,
            names = {"NONE", "MAY"})
    void closedClientBreaksOffWhatIsOnItsWay(TlsMode mode) throws Exception {
        Closed closed = closedAt(Stage.DOT, 1, mode);

        assertThat(closed.outcome().reason()).contains(Reason.NEXT_HOP_BROKE_OFF);
        assertThat(closed.outcome().inDoubt()).isTrue();
    }

    /** A connection from the pool that is lost before MAIL is answered is tried anew, but not by a closed client. */
    @ParameterizedTest
    @EnumSource(
            value = TlsMode.class,
            names = {"NONE", "MAY"})
    void closedClientOpensNoConnection(TlsMode mode) throws Exception {
        Closed closed = closedAt(Stage.MAIL, 2, mode);

        assertThat(closed.outcome().reply().isPositive()).isFalse();
        assertThat(closed.outcome().inDoubt()).isFalse();
        assertThat(closed.completed()).isEqualTo(1);
    }

    /** What became of the message that was on its way, and how many others the peer has. */
    private record Closed(NextHop.Outcome outcome, int completed) {}

    /** Sends messages, and closes the client while the peer holds this one at this stage. */
    private static Closed closedAt(Stage stage, int message, TlsMode mode) throws Exception {
        CountDownLatch never = new CountDownLatch(1);
        CountDownLatch isBusy = new CountDownLatch(1);
        AtomicInteger count = new AtomicInteger();
        Script script = moment -> {
            if (moment.stage() == stage && count.incrementAndGet() == message) {
                isBusy.countDown();
                return Optional.of(new Action.Await(never));
            }
            return Optional.empty();
        };
        try (ScriptedNextHop peer = new ScriptedNextHop(script);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            NettyNextHop client = new NettyNextHop(NettyNextHopTest.settings(peer, mode, Duration.ofSeconds(20)));
            for (int i = 1; i < message; i++) {
                client.send(Messages.unit(ENVELOPE), ENVELOPE, false);
            }
            Future<List<NextHop.Outcome>> sending =
                    threads.submit(() -> client.send(Messages.unit(ENVELOPE), ENVELOPE, false));
            assertThat(isBusy.await(20, java.util.concurrent.TimeUnit.SECONDS)).isTrue();
            client.close();
            NextHop.Outcome outcome =
                    sending.get(10, java.util.concurrent.TimeUnit.SECONDS).getFirst();
            Closed closed = new Closed(outcome, peer.completed());
            never.countDown();
            return closed;
        }
    }

    @Test
    void whoWaitsTooLongForAConnectionIsDeferred() throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        CountDownLatch isBusy = new CountDownLatch(1);
        Script script = moment -> {
            if (moment.stage() == Stage.DOT) {
                isBusy.countDown();
                return Optional.of(new Action.Await(goOn));
            }
            return Optional.empty();
        };
        Duration slow = Duration.ofSeconds(20);
        try (ScriptedNextHop peer = new ScriptedNextHop(script);
                NettyNextHop client = new NettyNextHop(new ClientSettings(
                        hop(peer, 1, slow),
                        "gw.example.com",
                        new ClientSettings.Timeouts(Duration.ofMillis(20), slow, slow, slow, slow, slow)));
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            Future<String> first = threads.submit(() -> send(client));
            assertThat(isBusy.await(20, java.util.concurrent.TimeUnit.SECONDS)).isTrue();
            NextHop.Outcome second =
                    client.send(Messages.unit(ENVELOPE), ENVELOPE, false).getFirst();
            assertThat(second).isEqualTo(NextHop.Outcome.of(Reason.NEXT_HOP_UNAVAILABLE, "all connections in use"));
            goOn.countDown();
            assertThat(first.get()).isEqualTo("250");
            assertThat(send(client)).isEqualTo("250");
        }
    }

    private static String send(NextHop client) {
        return codes(client.send(Messages.unit(ENVELOPE), ENVELOPE, false));
    }

    private static String codes(List<NextHop.Outcome> outcomes) {
        return String.join(
                " ",
                outcomes.stream()
                        .map(outcome -> String.valueOf(outcome.reply().code()))
                        .toList());
    }

    private static NettyNextHop client(ScriptedNextHop peer, int connections, Duration idle) throws IOException {
        return new NettyNextHop(new ClientSettings(
                hop(peer, connections, idle), "gw.example.com", ClientSettings.Timeouts.all(Duration.ofSeconds(20))));
    }

    private static NextHopConfig hop(ScriptedNextHop peer, int connections, Duration idle) {
        HopLimits standard = HopLimits.DEFAULT;
        return NextHopConfig.smtp(peer.address(), TlsMode.NONE, Optional.empty())
                .within(new HopLimits(
                        connections,
                        standard.messages(),
                        idle,
                        standard.timeLimit(),
                        standard.backOff(),
                        Optional.empty(),
                        NextHopConfig.Patience.NEARBY));
    }

    static final List<String> WITHOUT_PIPELINING = ScriptedNextHop.ALL.stream()
            .filter(keyword -> !keyword.equals("PIPELINING"))
            .toList();
}
