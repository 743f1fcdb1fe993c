package org.postseal.gateway.smtp.server;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.io.OutputStream;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLSocket;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.postseal.gateway.config.UpstreamConfig;
import org.postseal.gateway.mail.Envelope;
import org.postseal.gateway.mail.Peer;
import org.postseal.gateway.mail.RawMessage;
import org.postseal.gateway.mail.Spool;
import org.postseal.gateway.smtp.Reply;
import org.postseal.gateway.testkit.TestTls;

/** Clients identify themselves by a certificate, over real sockets. Each certificate is its own anchor. */
class ClientCertificateTest {
    @TempDir
    private static Path folder;

    private final List<Peer> seen = new ArrayList<>();
    private final MessageReceiver receiver = new MessageReceiver() {
        @Override
        public List<Reply> receive(Envelope envelope, RawMessage message, Spool.Scope scope) {
            seen.add(envelope.peer());
            return List.of(Reply.of(250, "2.0.0", "accepted"));
        }
    };

    @BeforeAll
    static void files() throws Exception {
        TestTls.write(folder, "gateway", "gw.example.com");
        TestTls.write(folder, "client", "client");
        // The stranger has the name that the listener announces as trusted: a client would not even show another
        // certificate.
        TestTls.write(folder, "stranger", "client");
    }

    @Test
    void trustedClientIsNamed() throws Exception {
        send(Optional.of("client"), Optional.of("client"));

        assertThat(subjects()).containsExactly(Optional.of("CN=client"));
        assertThat(new UpstreamConfig("mta", List.of(TestSettings.ADDRESS), List.of(), List.of("CN=client"))
                        .fits(seen.getFirst()))
                .isTrue();
    }

    @Test
    void clientWithoutACertificateIsLetInUnnamed() throws Exception {
        send(Optional.of("client"), Optional.empty());

        assertThat(subjects()).containsExactly(Optional.empty());
    }

    @Test
    void strangerIsTurnedAway() {
        assertThatThrownBy(() -> send(Optional.of("client"), Optional.of("stranger")))
                .isInstanceOf(IOException.class);
        assertThat(seen).isEmpty();
    }

    @Test
    void nobodyIsAskedUnlessThereAreAnchors() throws Exception {
        send(Optional.empty(), Optional.of("client"));

        assertThat(subjects()).containsExactly(Optional.empty());
    }

    private List<Optional<String>> subjects() {
        return seen.stream()
                .map(peer -> peer.tls().flatMap(Peer.Tls::clientSubject))
                .toList();
    }

    private void send(Optional<String> anchors, Optional<String> certificate) throws Exception {
        ServerTls tls = ServerTls.of(
                folder.resolve("gateway.pem"),
                folder.resolve("gateway.key"),
                false,
                anchors.map(ClientCertificateTest::pem));
        try (SubEthaMailServer server =
                        new SubEthaMailServer(new TestSettings().tls(tls).settings(), receiver);
                Socket plain = start(server)) {
            exchange(plain, "EHLO client.example.com", "STARTTLS");
            try (SSLSocket secured = (SSLSocket)
                    client(certificate).getSocketFactory().createSocket(plain, "127.0.0.1", plain.getPort(), true)) {
                secured.startHandshake();
                exchange(
                        secured,
                        "EHLO client.example.com",
                        "MAIL FROM:<alice@example.com>",
                        "RCPT TO:<bob@example.net>",
                        "DATA",
                        "x\r\n.");
            }
        }
    }

    private static Socket start(SubEthaMailServer server) throws IOException {
        server.start();
        Socket socket =
                new Socket(server.address().getAddress(), server.address().getPort());
        socket.setSoTimeout(10_000);
        assertThat(reply(socket)).startsWith("220");
        return socket;
    }

    private static void exchange(Socket socket, String... commands) throws IOException {
        OutputStream out = socket.getOutputStream();
        for (String command : commands) {
            out.write((command + "\r\n").getBytes(StandardCharsets.US_ASCII));
            out.flush();
            assertThat(reply(socket)).matches("[23].*");
        }
    }

    // The reply is read octet by octet, since the octets after it may be TLS.
    private static String reply(Socket socket) throws IOException {
        StringBuilder line = new StringBuilder();
        do {
            line.setLength(0);
            for (int octet = socket.getInputStream().read();
                    octet != '\n';
                    octet = socket.getInputStream().read()) {
                if (octet < 0) {
                    throw new IOException("closed");
                }
                line.append((char) octet);
            }
        } while (line.length() > 3 && line.charAt(3) == '-');
        return line.toString().strip();
    }

    private static SSLContext client(Optional<String> certificate) throws Exception {
        SslContextBuilder builder = SslContextBuilder.forClient()
                .sslProvider(SslProvider.JDK)
                .trustManager(pem("gateway").toFile());
        certificate.ifPresent(name -> builder.keyManager(
                pem(name).toFile(), folder.resolve(name + ".key").toFile()));
        return ((JdkSslContext) builder.build()).context();
    }

    private static Path pem(String name) {
        return folder.resolve(name + ".pem");
    }
}
