package org.postseal.gateway.smtp.server;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.nio.charset.StandardCharsets;
import javax.net.ssl.SSLSocket;
import org.postseal.gateway.testkit.TestTls;

/** A client that sends exactly what it is told to. */
final class TestClient implements AutoCloseable {
    static final String GREETING = "220 gw.example.com ESMTP Postseal";

    private Socket socket;
    private InputStream in;
    private final ByteArrayOutputStream unsent = new ByteArrayOutputStream();

    TestClient(InetSocketAddress server) throws IOException {
        socket = new Socket(server.getAddress(), server.getPort());
        socket.setSoTimeout(10_000);
        socket.setTcpNoDelay(true);
        in = new java.io.BufferedInputStream(socket.getInputStream());
    }

    void run(Dialogue.Step step) throws Exception {
        if (!(step instanceof Dialogue.Step.Send)) {
            flush();
        }
        switch (step) {
            case Dialogue.Step.Send(byte[] octets) -> unsent.writeBytes(octets);
            case Dialogue.Step.Expect(String line) -> assertThat(readLine()).isEqualTo(line);
            case Dialogue.Step.ExpectClosed() -> assertThat(in.read()).isEqualTo(-1);
            case Dialogue.Step.Close() -> socket.close();
            case Dialogue.Step.StartTls() -> startTls();
            case Dialogue.Step.BreakTls(byte[] octets) -> {
                socket.getOutputStream().write(octets);
                // An alert may come, but no reply.
                assertThat(new String(readToEnd(), StandardCharsets.ISO_8859_1)).doesNotContain("250");
            }
        }
    }

    /** Reads the greeting, and sends HELO. */
    void greet() throws IOException {
        assertThat(readLine()).isEqualTo(GREETING);
        send("HELO client.example.com");
        assertThat(readLine()).isEqualTo("250 gw.example.com");
    }

    /** Reads the greeting, and sends EHLO. */
    void greetExtended() throws IOException {
        assertThat(readLine()).startsWith("220 ");
        send("EHLO client.example.com");
        String line = readLine();
        while (line.startsWith("250-")) {
            line = readLine();
        }
        assertThat(line).startsWith("250 ");
    }

    /** Sends MAIL to DATA, and reads the replies. */
    void begin() throws IOException {
        send("MAIL FROM:<alice@example.com>\r\nRCPT TO:<bob@example.net>\r\nDATA");
        assertThat(readLine()).isEqualTo("250 2.1.0 Sender OK");
        assertThat(readLine()).isEqualTo("250 2.1.5 Recipient OK");
        assertThat(readLine()).isEqualTo("354 End data with <CR><LF>.<CR><LF>");
    }

    void send(String line) throws IOException {
        unsent.writeBytes((line + "\r\n").getBytes(StandardCharsets.UTF_8));
        flush();
    }

    void send(byte[] octets) throws IOException {
        unsent.writeBytes(octets);
        flush();
    }

    void flush() throws IOException {
        if (unsent.size() > 0) {
            socket.getOutputStream().write(unsent.toByteArray());
            unsent.reset();
        }
    }

    /** Reads a reply line; returns an empty string at the end of the stream. */
    String readLine() throws IOException {
        ByteArrayOutputStream line = new ByteArrayOutputStream();
        for (int octet = in.read(); octet >= 0; octet = in.read()) {
            line.write(octet);
            if (octet == '\n') {
                break;
            }
        }
        String text = line.toString(StandardCharsets.UTF_8);
        assertThat(text.isEmpty() || text.endsWith("\r\n"))
                .as("ends in CRLF: " + text)
                .isTrue();
        return text.isEmpty() ? "<closed>" : text.substring(0, text.length() - 2);
    }

    byte[] readToEnd() throws IOException {
        return in.readAllBytes();
    }

    /** Closes the connection in the middle of a test. */
    void hangUp() throws IOException {
        socket.close();
    }

    private void startTls() throws Exception {
        SSLSocket tls =
                (SSLSocket) TestTls.trusting().getSocketFactory().createSocket(socket, "gw.example.com", 25, true);
        tls.startHandshake();
        socket = tls;
        in = new java.io.BufferedInputStream(tls.getInputStream());
    }

    @Override
    public void close() throws IOException {
        socket.close();
    }
}
