package org.postseal.gateway.smtp.server;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.io.UncheckedIOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketAddress;
import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import javax.net.ssl.SSLSocket;
import org.postseal.gateway.mail.Envelope;
import org.postseal.gateway.smtp.Reply;

/** Holds a whole session on octets in memory, on the caller's thread: what a client sends is known beforehand. */
public final class MemorySession {
    private static final InetSocketAddress CLIENT = new InetSocketAddress(InetAddress.getLoopbackAddress(), 50_000);

    private MemorySession() {}

    /**
     * Chooses the settings of the listener.
     *
     * @param isTrusting whether the client may send XFORWARD
     * @param isBehindProxy whether the session must begin with a PROXY header
     * @param isTakingXclient whether the client may send XCLIENT
     */
    public record Setting(boolean isLmtp, boolean isTrusting, boolean isBehindProxy, boolean isTakingXclient) {
        /** Reads a setting from the four lowest bits of an octet. */
        public static Setting of(int bits) {
            return new Setting((bits & 1) != 0, (bits & 2) != 0, (bits & 4) != 0, (bits & 8) != 0);
        }

        private ServerSettings settings() {
            List<String[]> directives = new ArrayList<>();
            directives.add(new String[] {"protocol", isLmtp ? "lmtp" : "smtp"});
            directives.add(new String[] {"limit", "messageOctets", "4096"});
            directives.add(new String[] {"limit", "recipients", "5"});
            if (isTrusting) {
                directives.add(new String[] {"trusted"});
            }
            if (isBehindProxy) {
                directives.add(new String[] {"proxies"});
            }
            if (isTakingXclient) {
                directives.add(new String[] {"xclient"});
            }
            TestSettings settings = new TestSettings();
            try {
                for (String[] directive : directives) {
                    settings.apply(directive);
                }
            } catch (Exception e) {
                throw new IllegalStateException(e);
            }
            return settings.settings();
        }
    }

    /** Holds what the server said and took. */
    public record Heard(byte[] replies, List<Taken> messages) {}

    /** Holds one message that was handed on. */
    public record Taken(Envelope envelope, byte[] content) {}

    /** Gives the octets to a session as all that a client ever sends. */
    public static Heard hold(Setting setting, byte[] octets) throws IOException {
        ServerSettings settings = setting.settings();
        MemorySocket socket = new MemorySocket(octets);
        List<Taken> messages = new ArrayList<>();
        MessageReceiver receiver = (envelope, message, _) -> {
            try {
                messages.add(new Taken(envelope, message.toByteArray()));
            } catch (IOException e) {
                throw new UncheckedIOException(e);
            }
            return Collections.nCopies(envelope.recipients().size(), Reply.of(250, "2.0.0", "kept"));
        };
        Connection connection = new Connection(socket, settings.sessionLimits());
        try {
            Client client = Client.of(settings.rights(), CLIENT, connection);
            new SmtpSession(settings, receiver, client, connection, HOST).conduct();
        } catch (IOException noHeader) {
            // The PROXY header is wrong or not complete, and the server ends the connection.
            return new Heard(socket.out.toByteArray(), List.of());
        }
        return new Heard(socket.out.toByteArray(), messages);
    }

    private static final SmtpSession.Host HOST = new SmtpSession.Host() {
        @Override
        public SSLSocket tls() throws IOException {
            throw new IOException("there is no TLS in memory");
        }

        @Override
        public boolean isDraining() {
            return false;
        }
    };

    private static final class MemorySocket extends Socket {
        private final ByteArrayInputStream in;
        private final ByteArrayOutputStream out = new ByteArrayOutputStream();

        MemorySocket(byte[] octets) {
            this.in = new ByteArrayInputStream(octets);
        }

        @Override
        public InputStream getInputStream() {
            return in;
        }

        @Override
        public OutputStream getOutputStream() {
            return out;
        }

        @Override
        public SocketAddress getRemoteSocketAddress() {
            return CLIENT;
        }

        @Override
        public void setSoTimeout(int timeout) {
            // Nothing is waited for.
        }

        @Override
        public void shutdownOutput() {
            // The octets stay where they are.
        }

        @Override
        public void close() {
            // There is nothing to close.
        }
    }
}
