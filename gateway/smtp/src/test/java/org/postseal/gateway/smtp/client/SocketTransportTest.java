package org.postseal.gateway.smtp.client;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.buffer.ByteBuf;
import io.netty.buffer.UnpooledByteBufAllocator;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.channels.SocketChannel;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.Future;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.ValueSource;
import org.postseal.gateway.smtp.Reply;

@Timeout(30)
class SocketTransportTest {
    private static final Duration LONG = Duration.ofMinutes(3);
    private static final Duration SHORT = Duration.ofMillis(30);
    // No buffer of a system holds as much.
    private static final int TOO_MUCH = 32 << 20;

    private final UnpooledByteBufAllocator allocator = new UnpooledByteBufAllocator(false);
    private final ExecutorService threads = Executors.newVirtualThreadPerTaskExecutor();
    private final List<Reply> heard = new ArrayList<>();
    private SocketChannel channel;
    private SocketTransport transport;
    private Socket peer;

    @BeforeEach
    void connect() throws IOException {
        try (ServerSocket server = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            channel = SocketChannel.open(new InetSocketAddress(server.getInetAddress(), server.getLocalPort()));
            transport = new SocketTransport(channel, allocator);
            peer = server.accept();
            peer.setSoTimeout(20_000);
        }
    }

    @AfterEach
    void everythingIsGivenBack() throws IOException {
        transport.drop();
        peer.close();
        threads.close();
        assertThat(channel.isOpen()).isFalse();
        assertThat(allocator.metric().usedHeapMemory()).isZero();
        assertThat(allocator.metric().usedDirectMemory()).isZero();
    }

    @Test
    void repliesAreHeardAndHandedOutInOrder() throws Exception {
        assertThat(transport.isQuiet()).isTrue();
        transport.hear(heard::add);
        transport.send(octets(10));
        assertThat(transport.mayHaveLeft()).isTrue();
        assertThat(peer.getInputStream().readNBytes(10)).hasSize(10);
        say("250 2.1.0 one\r\n250-two\r\n25");
        Future<Reply> second = threads.submit(() -> {
            Reply _ = transport.await(LONG, "first");
            return transport.await(LONG, "second");
        });
        Thread.sleep(SHORT);
        assertThat(second.isDone()).isFalse();
        say("0 three\r\n");
        assertThat(second.get().lines()).containsExactly("two", "three");
        assertThat(heard).extracting(Reply::lines).containsExactly(List.of("one"), List.of("two", "three"));
        assertThat(transport.isQuiet()).isTrue();
    }

    @Test
    void replyIsReadThoughThePeerTakesNothing() throws Exception {
        transport.send(octets(TOO_MUCH));
        assertThat(transport.mayHaveLeft()).isFalse();
        say("452 4.3.1 full\r\n");
        transport.awaitWritable(LONG);
        assertThat(transport.poll()).map(Reply::code).contains(452);
        assertThat(transport.mayHaveLeft()).isFalse();
        assertThat(transport.isQuiet()).isFalse();
    }

    @Test
    void replyBeforeTheEndIsReadThoughThePeerTakesEverything() throws Exception {
        transport.send(octets(10));
        say("452 4.3.1 full\r\n");
        transport.awaitWritable(LONG);
        assertThat(transport.poll()).map(Reply::code).contains(452);
    }

    @Test
    void replyThatComesLaterIsReadThoughThePeerTakesNothing() throws Exception {
        transport.send(octets(TOO_MUCH));
        Future<Reply> reply = threads.submit(() -> transport.await(LONG, "final dot"));
        Thread.sleep(SHORT);
        say("452 4.3.1 full\r\n");
        assertThat(reply.get().code()).isEqualTo(452);
    }

    /** A hop that has a limit takes a part, refuses, and closes. */
    @Test
    void whatAPeerSaysBeforeItClosesIsReadThoughContentIsLeft() throws Exception {
        transport.send(octets(TOO_MUCH));
        peer.getInputStream().skipNBytes(3_000);
        say("552 5.3.4 too big\r\n");
        peer.close();
        transport.awaitWritable(LONG);
        assertThat(transport.poll()).map(Reply::code).contains(552);
    }

    @Test
    void theRestLeavesWhileTheThreadWaitsForTheReply() throws Exception {
        transport.send(octets(TOO_MUCH));
        Future<Reply> reply = threads.submit(() -> transport.await(LONG, "final dot"));
        peer.getInputStream().skipNBytes(TOO_MUCH);
        say("250 2.0.0 queued\r\n");
        assertThat(reply.get().code()).isEqualTo(250);
        assertThat(transport.mayHaveLeft()).isTrue();
        assertThat(transport.isQuiet()).isTrue();
    }

    @Test
    void whatThePeerDidNotTakeHasNotLeft() throws Exception {
        transport.send(octets(10));
        transport.send(octets(TOO_MUCH));
        peer.setSoLinger(true, 0);
        peer.close();
        assertThatThrownBy(() -> transport.await(LONG, "final dot")).isInstanceOf(LostException.class);
        assertThat(transport.mayHaveLeft()).isFalse();
    }

    @Test
    void whatIsSentAfterALossHasNotLeft() throws Exception {
        transport.send(octets(10));
        peer.close();
        assertThatThrownBy(() -> transport.await(LONG, "MAIL"))
                .isInstanceOf(LostException.class)
                .hasMessage("connection closed by the next hop, MAIL");
        transport.send(octets(10));
        assertThat(transport.mayHaveLeft()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {10, TOO_MUCH})
    void silenceHasItsLimit(int octets) {
        transport.send(octets(octets));
        assertThatThrownBy(() -> transport.await(SHORT, "final dot"))
                .isInstanceOfSatisfying(
                        LostException.class,
                        lost -> assertThat(lost.isTimeout()).isTrue())
                .hasMessage("timed out: final dot");
        // A wait that found nothing leaves the socket as it was.
        assertThat(transport.isQuiet()).isEqualTo(octets == 10);
    }

    @Test
    void aPeerThatTakesNothingHasItsLimit() {
        transport.send(octets(TOO_MUCH));
        assertThatThrownBy(() -> transport.awaitWritable(SHORT)).hasMessage("timed out: content");
    }

    @Test
    void anEndBetweenMessagesIsNoticed() throws Exception {
        peer.shutdownOutput();
        assertThat(transport.isQuiet()).isFalse();
        assertThatThrownBy(transport::poll).hasMessage("connection closed by the next hop");
    }

    @Test
    void aReplyBetweenMessagesIsNoticed() throws Exception {
        say("421 4.4.2 idle\r\n");
        assertThat(transport.isQuiet()).isFalse();
        assertThat(transport.poll()).map(Reply::code).contains(421);
    }

    @ParameterizedTest
    @ValueSource(strings = {"250 bare\n", "what?\r\n"})
    void aPeerThatDoesNotSpeakSmtpIsLost(String text) throws Exception {
        say(text);
        assertThatThrownBy(() -> transport.await(LONG, "MAIL"))
                .isInstanceOf(LostException.class)
                .hasMessageEndingWith(", MAIL");
        assertThat(channel.isOpen()).isFalse();
    }

    @ParameterizedTest
    @ValueSource(ints = {10, TOO_MUCH})
    void anInterruptEndsTheWait(int octets) throws Exception {
        transport.send(octets(octets));
        Thread[] waiting = new Thread[1];
        Future<Boolean> isInterrupted = threads.submit(() -> {
            waiting[0] = Thread.currentThread();
            assertThatThrownBy(() -> transport.await(LONG, "final dot"))
                    .isInstanceOf(LostException.class)
                    .hasMessage("interrupted, final dot");
            return Thread.currentThread().isInterrupted();
        });
        Thread.sleep(SHORT);
        waiting[0].interrupt();
        assertThat(isInterrupted.get()).isTrue();
    }

    @ParameterizedTest
    @ValueSource(ints = {10, TOO_MUCH})
    void aCloseByAnotherThreadEndsTheWait(int octets) throws Exception {
        transport.send(octets(octets));
        Future<?> waiting = threads.submit(() -> {
            assertThatThrownBy(() -> transport.await(LONG, "final dot")).isInstanceOf(LostException.class);
        });
        Thread.sleep(SHORT);
        channel.close();
        assertThat(waiting.get()).isNull();
        assertThat(transport.mayHaveLeft()).isEqualTo(octets == 10);
    }

    @Test
    void theEndIsSaidOnTheWayOut() throws Exception {
        ByteBuf quit = transport.newBuffer(8);
        quit.writeCharSequence("QUIT\r\n", StandardCharsets.US_ASCII);
        transport.end(quit);
        assertThat(peer.getInputStream().readAllBytes())
                .asString(StandardCharsets.US_ASCII)
                .isEqualTo("QUIT\r\n");
    }

    private ByteBuf octets(int count) {
        return transport.newBuffer(count).writeZero(count);
    }

    private void say(String text) throws IOException {
        peer.getOutputStream().write(text.getBytes(StandardCharsets.US_ASCII));
    }
}
