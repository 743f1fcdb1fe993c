package org.postseal.gateway.smtp.client;

import static org.assertj.core.api.Assertions.assertThat;

import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.Arrays;
import java.util.Collections;
import java.util.List;
import java.util.Optional;
import java.util.Random;
import java.util.concurrent.CountDownLatch;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.Tag;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.EnumSource;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.gateway.config.NextHopConfig.TlsMode;
import org.postseal.gateway.mail.MailParameters;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.testkit.Action;
import org.postseal.gateway.testkit.Script;
import org.postseal.gateway.testkit.Script.Stage;
import org.postseal.gateway.testkit.ScriptedNextHop;
import org.postseal.policy.outcome.Reason;

@Tag("thorough")
class ContentOnTheWireTest {
    @Test
    void everyOctetArrivesAsItWas() throws IOException {
        Random random = new Random(20261124);
        try (ScriptedNextHop peer = new ScriptedNextHop();
                NettyNextHop client = NettyNextHopTest.client(peer)) {
            for (int round = 0; round < 200; round++) {
                int block = Content.BLOCK * (round % 5);
                byte[] trace = round % 3 == 0 ? new byte[0] : lines(random, random.nextInt(60));
                byte[] body = lines(random, Math.max(0, block + random.nextInt(40) - 20));
                OutgoingEnvelope envelope = new OutgoingEnvelope(
                        Messages.SENDER, Messages.recipients(1), MailParameters.NONE, trace, Optional.empty());
                List<NextHop.Outcome> outcomes =
                        client.send(Messages.unit(envelope, RawMessage.of(body)), envelope, false);
                assertThat(outcomes).allMatch(NextHop.Outcome::isAccepted);
                byte[] sent = peer.received().getLast().content();
                assertThat(sent).as("round %d", round).isEqualTo(withFinalCrlf(trace, body));
            }
            assertThat(peer.completed()).isEqualTo(200);
            // Each connection carried a hundred messages.
            assertThat(peer.connections()).isEqualTo(2);
        }
    }

    /** Makes lines of mostly dots. CRs stand only before LFs, and the last line may lack its end. */
    private static byte[] lines(Random random, int length) {
        StringBuilder text = new StringBuilder();
        while (text.length() < length) {
            int kind = random.nextInt(8);
            text.append(kind < 3 ? "." : kind < 6 ? "\r\n" : kind == 6 ? "\r\n.\r\n" : "x\u00e9");
        }
        return text.toString().getBytes(StandardCharsets.ISO_8859_1);
    }

    private static byte[] withFinalCrlf(byte[] trace, byte[] body) {
        byte[] all = Arrays.copyOf(trace, trace.length + body.length);
        System.arraycopy(body, 0, all, trace.length, body.length);
        if (all.length == 0 || all[all.length - 1] == '\n') {
            return all;
        }
        byte[] ended = Arrays.copyOf(all, all.length + 2);
        ended[all.length] = '\r';
        ended[all.length + 1] = '\n';
        return ended;
    }

    @ParameterizedTest
    @ValueSource(ints = {100, 100_000})
    void strayOctetCompletesNothing(int before) throws IOException {
        byte[] bad = ("x\r\n".repeat(before) + "\n.\r\nMAIL FROM:<mallory@example.org>\r\n")
                .getBytes(StandardCharsets.US_ASCII);
        try (ScriptedNextHop peer = new ScriptedNextHop();
                NettyNextHop client = NettyNextHopTest.client(peer)) {
            OutgoingEnvelope envelope = Messages.envelope(2);
            List<NextHop.Outcome> outcomes = client.send(Messages.unit(envelope, RawMessage.of(bad)), envelope, false);
            NextHop.Outcome expected = NextHop.Outcome.of(
                            Reason.INTERNAL_ERROR, "java.io.IOException: bare CR, bare LF or NUL in outgoing content")
                    .over(outcomes.getFirst().session().orElseThrow());
            assertThat(outcomes).isEqualTo(Collections.nCopies(2, expected));
            // The next message takes a new connection: the peer discards a message without an end.
            assertThat(client.send(Messages.unit(envelope), envelope, false)).allMatch(NextHop.Outcome::isAccepted);
            assertThat(peer.connections()).isEqualTo(2);
            assertThat(peer.completed()).isEqualTo(1);
            assertThat(peer.commands()).doesNotContain("MAIL FROM:<mallory@example.org>");
        }
    }

    @ParameterizedTest
    @EnumSource(
            value = TlsMode.class,
            names = {"NONE", "MAY"})
    void slowPeerDoesNotFillTheMemory(TlsMode mode) throws Exception {
        CountDownLatch goOn = new CountDownLatch(1);
        UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false);
        RawMessage big = RawMessage.join(Collections.nCopies(16, Messages.raw("0123456789\r\n".repeat(80_000))));
        try (ScriptedNextHop peer = new ScriptedNextHop(Script.at(Stage.CONTENT, new Action.Await(goOn)));
                NettyNextHop client =
                        new NettyNextHop(NettyNextHopTest.settings(peer, mode, Duration.ofSeconds(30)), allocator);
                ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor()) {
            OutgoingEnvelope envelope = Messages.envelope(1);
            Future<List<NextHop.Outcome>> sending =
                    threads.submit(() -> client.send(Messages.unit(envelope, big), envelope, false));
            long most = 0;
            long end = System.nanoTime() + Duration.ofMillis(700).toNanos();
            while (System.nanoTime() < end) {
                most = Math.max(
                        most,
                        allocator.metric().usedHeapMemory() + allocator.metric().usedDirectMemory());
                Thread.sleep(1);
            }
            assertThat(sending.isDone()).isFalse();
            goOn.countDown();
            assertThat(sending.get()).allMatch(NextHop.Outcome::isAccepted);
            assertThat(peer.received().getFirst().content()).hasSize((int) big.size());
            // This includes the high-water mark, the block that may exceed it, and the copies for the socket.
            assertThat(most).isBetween(1L, 512L << 10);
        }
    }
}
