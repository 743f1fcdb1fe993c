package org.postseal.gateway.audit;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetSocketAddress;
import java.net.Socket;
import java.net.SocketException;
import java.net.UnknownHostException;
import java.security.GeneralSecurityException;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLParameters;
import javax.net.ssl.SSLSocket;
import org.postseal.certstore.AnchorFile;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** A way to a syslog server. */
sealed interface SyslogConnection extends CopyTarget.Connection {
    /**
     * Opens one.
     *
     * @param tls of TLS only
     */
    static SyslogConnection open(CopyConfig config, SSLContext tls) throws IOException {
        InetSocketAddress server = resolved(config.server());
        return switch (config.transport()) {
            case UDP -> Datagrams.open(server);
            case TCP -> Stream.open(server);
            case TLS -> Stream.openTls(server, config.server().getHostString(), tls);
        };
    }

    /**
     * What is trusted.
     *
     * @throws IOException when the anchors cannot be read
     */
    static SSLContext tls(CopyConfig config) throws IOException {
        try {
            return config.transport() == CopyConfig.Transport.TLS
                            && config.trust().isPresent()
                    ? AnchorFile.tls(config.trust().get())
                    : SSLContext.getDefault();
        } catch (GeneralSecurityException e) {
            throw new IOException("audit.copy.trust: " + e.getMessage(), e);
        }
    }

    private static InetSocketAddress resolved(InetSocketAddress server) throws IOException {
        InetSocketAddress resolved =
                server.isUnresolved() ? new InetSocketAddress(server.getHostString(), server.getPort()) : server;
        if (resolved.isUnresolved()) {
            throw new UnknownHostException(server.getHostString() + " has no address");
        }
        return resolved;
    }

    /** RFC 5426 §3.1: one message in each. */
    record Datagrams(DatagramSocket socket) implements SyslogConnection {
        static Datagrams open(InetSocketAddress server) throws IOException {
            DatagramSocket socket = new DatagramSocket();
            try {
                // so that the system tells when nobody is there
                socket.connect(server);
            } catch (SocketException e) {
                socket.close();
                throw e;
            }
            return new Datagrams(socket);
        }

        @Override
        public void send(byte[] message) throws IOException {
            socket.send(new DatagramPacket(message, message.length));
        }

        @Override
        public void close() {
            socket.close();
        }
    }

    /**
     * TCP, with TLS or without.
     *
     * @param socket under TLS the one below: closing TLS would wait for a write that hangs
     */
    record Stream(Socket socket, OutputStream out) implements SyslogConnection {
        static Stream open(InetSocketAddress server) throws IOException {
            Socket socket = connected(server);
            return watched(socket, socket.getInputStream(), socket.getOutputStream());
        }

        static Stream openTls(InetSocketAddress server, String name, SSLContext tls) throws IOException {
            Socket socket = connected(server);
            boolean done = false;
            try {
                SSLSocket secured =
                        (SSLSocket) tls.getSocketFactory().createSocket(socket, name, server.getPort(), true);
                SSLParameters parameters = secured.getSSLParameters();
                // RFC 5425 §5.2: the name or address by which we call it is in its certificate
                parameters.setEndpointIdentificationAlgorithm("HTTPS");
                parameters.setProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
                secured.setSSLParameters(parameters);
                socket.setSoTimeout(PATIENCE);
                secured.startHandshake();
                socket.setSoTimeout(0);
                done = true;
                return watched(socket, secured.getInputStream(), secured.getOutputStream());
            } finally {
                if (!done) {
                    socket.close();
                }
            }
        }

        private static Socket connected(InetSocketAddress server) throws IOException {
            Socket socket = new Socket();
            try {
                socket.connect(server, PATIENCE);
                socket.setTcpNoDelay(true);
                socket.setKeepAlive(true);
                return socket;
            } catch (IOException e) {
                socket.close();
                throw e;
            }
        }

        /** Reads what never comes, so that the end of the other side is seen before a message is written after it. */
        private static Stream watched(Socket socket, InputStream in, OutputStream out) {
            var _ = Thread.ofVirtual().name("audit-copy-watch").start(() -> {
                try (socket) {
                    long _ = in.transferTo(OutputStream.nullOutputStream());
                } catch (IOException ended) {
                    LOG.debug("Copy of the audit log: the connection ended: {}", ended.getMessage());
                }
            });
            return new Stream(socket, out);
        }

        @Override
        public void send(byte[] message) throws IOException {
            if (socket.isClosed()) {
                throw new SocketException("closed by the server");
            }
            out.write(SyslogFrame.counted(message));
            out.flush();
        }

        @Override
        public void close() throws IOException {
            socket.close();
        }

        private static final int PATIENCE = 10_000;
        private static final Logger LOG = LoggerFactory.getLogger(SyslogConnection.class);
    }
}
