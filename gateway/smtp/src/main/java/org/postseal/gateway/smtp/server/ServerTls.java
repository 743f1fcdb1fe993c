package org.postseal.gateway.smtp.server;

import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.io.InputStream;
import java.net.Socket;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.util.Optional;
import javax.net.ssl.SSLContext;
import javax.net.ssl.SSLPeerUnverifiedException;
import javax.net.ssl.SSLSession;
import javax.net.ssl.SSLSocket;
import org.postseal.gateway.mail.Peer;
import org.postseal.gateway.smtp.TlsKey;

/**
 * Holds the TLS of a listener. Immutable.
 *
 * @param context with the server's certificate
 * @param isImplicit whether the session begins with the handshake (RFC 8314 §3.3); otherwise STARTTLS is offered
 * @param asksForClient whether a client is asked for a certificate; a client that has none is let in, and one whose
 * certificate is not trusted is not
 */
public record ServerTls(SSLContext context, boolean isImplicit, boolean asksForClient) {
    /**
     * Reads the TLS from PEM files.
     *
     * @param chain certificates, the server's own first
     * @param key PKCS#8, not encrypted
     * @param isImplicit whether the session begins with the handshake
     * @param clients trust anchors of clients' certificates; if empty, no certificate is asked for
     * @throws IOException if they cannot be read or do not belong together
     */
    public static ServerTls of(Path chain, Path key, boolean isImplicit, Optional<Path> clients) throws IOException {
        SslContextBuilder builder;
        try {
            builder = SslContextBuilder.forServer(chain.toFile(), key.toFile()).sslProvider(SslProvider.JDK);
            TlsKey.requirePair(chain, key);
        } catch (IllegalArgumentException e) {
            throw new IOException("cannot use " + chain + " with " + key + ": " + e.getMessage(), e);
        }
        try {
            clients.ifPresent(anchors -> builder.trustManager(anchors.toFile()));
        } catch (IllegalArgumentException e) {
            throw new IOException("trust anchors of clients: " + e.getMessage(), e);
        }
        return new ServerTls(((JdkSslContext) builder.build()).context(), isImplicit, clients.isPresent());
    }

    /** Puts TLS on a socket, without the handshake. */
    SSLSocket over(Socket plain) throws IOException {
        // This is the literal address: SubEtha's own factory asks the DNS for the peer's name at each handshake.
        SSLSocket tls = (SSLSocket) context.getSocketFactory()
                .createSocket(plain, plain.getInetAddress().getHostAddress(), plain.getPort(), true);
        tls.setUseClientMode(false);
        tls.setWantClientAuth(asksForClient);
        tls.setEnabledProtocols(new String[] {"TLSv1.3", "TLSv1.2"});
        return tls;
    }

    static Peer.Tls describe(SSLSession session) {
        Optional<String> subject;
        try {
            subject = Optional.of(session.getPeerPrincipal().getName());
        } catch (SSLPeerUnverifiedException noClientCertificate) {
            subject = Optional.empty();
        }
        return new Peer.Tls(session.getProtocol(), session.getCipherSuite(), subject);
    }

    /**
     * Reads the server's own certificate.
     *
     * @throws IOException if it cannot be read
     */
    public static X509Certificate own(Path chain) throws IOException {
        try (InputStream in = Files.newInputStream(chain)) {
            return (X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in);
        } catch (CertificateException e) {
            throw new IOException("cannot read " + chain + ": " + e.getMessage(), e);
        }
    }
}
