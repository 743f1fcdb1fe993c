package org.postseal.gateway.admin.cli.held;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.ServerSocket;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.List;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;
import org.postseal.certstore.MailAddress;
import org.postseal.gateway.mail.Envelope;
import org.postseal.gateway.mail.Intake;
import org.postseal.gateway.mail.MailParameters;
import org.postseal.gateway.mail.Peer;
import org.postseal.gateway.mail.QueueId;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.mail.Recipient;
import org.postseal.gateway.mail.ReversePath;
import org.postseal.gateway.smtp.Reply;

/** What a listener answers is believed once it is read, and never collected without end. */
final class HandoverTest {
    private static final String UNTIL_DATA = "220 gw\r\n250 gw\r\n250 ok\r\n250 ok\r\n250 ok\r\n354 go\r\n";

    @Test
    void theRepliesCountIfNobodyAnswersTheFarewell() throws IOException {
        assertThat(send(UNTIL_DATA + "250 2.0.0 taken\r\n550-5.1.1 gone\r\n550 5.1.1 since May\r\n"))
                .extracting(Reply::code)
                .containsExactly(250, 550);
    }

    @Test
    void anAnswerWithoutEndIsNone() {
        for (String answer : List.of("250 " + "x".repeat(70_000), "250-x\r\n".repeat(200), "what?\r\n", "250 a\n")) {
            assertThatThrownBy(() -> send(answer))
                    .isInstanceOf(IOException.class)
                    .hasMessageContaining("the listener has answered");
        }
        assertThatThrownBy(() -> send(UNTIL_DATA + "250 2.0.0 taken\r\n"))
                .hasMessage("the listener closed the connection");
    }

    /** Sends to a listener that says this, whatever it hears. */
    private static List<Reply> send(String says) throws IOException {
        try (ServerSocket listener = new ServerSocket(0, 1, InetAddress.getLoopbackAddress())) {
            Thread.ofVirtual().name("listener").start(() -> serve(listener, says));
            Envelope envelope = new Envelope(
                    new QueueId("1K2J3H4G"),
                    new ReversePath.NullPath(),
                    Stream.of("bob@partner.example", "carol@partner.example")
                            .map(MailAddress::of)
                            .map(Recipient::of)
                            .toList(),
                    MailParameters.NONE,
                    new Peer(
                            InetSocketAddress.createUnresolved("unknown", 0),
                            new Peer.Greeting("", false),
                            new Peer.Listener(Peer.Protocol.LMTP, Peer.Role.INBOUND),
                            false),
                    Instant.EPOCH,
                    new Intake(0, 0));
            return Handover.send(
                    new InetSocketAddress(listener.getInetAddress(), listener.getLocalPort()),
                    envelope,
                    RawMessage.of("x\r\n".getBytes(StandardCharsets.US_ASCII)));
        }
    }

    private static void serve(ServerSocket listener, String says) {
        try (Socket client = listener.accept();
                InputStream in = client.getInputStream();
                OutputStream out = client.getOutputStream()) {
            out.write(says.getBytes(StandardCharsets.US_ASCII));
            client.shutdownOutput();
            in.transferTo(OutputStream.nullOutputStream());
        } catch (IOException gone) {
            // The client has heard enough.
        }
    }
}
