package org.postseal.gateway.smtp.server;

import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Instant;
import javax.net.ssl.SSLContext;
import org.postseal.certstore.key.KeyFile;
import org.postseal.certstore.key.KeyFileException;
import org.postseal.certstore.key.PemFile;

/** TLS of a listener from PEM files. */
public final class ServerTls {
    private ServerTls() {}

    /**
     * Reads them.
     *
     * @param chain certificates, the server's own first
     * @param key PKCS#8, not encrypted
     * @throws IOException when they cannot be read or do not belong together
     */
    public static SSLContext context(Path chain, Path key) throws IOException {
        try {
            JdkSslContext netty = (JdkSslContext) SslContextBuilder.forServer(chain.toFile(), key.toFile())
                    .sslProvider(SslProvider.JDK)
                    .build();
            requirePair(chain, key);
            return netty.context();
        } catch (IllegalArgumentException e) {
            throw new IOException("cannot use " + chain + " with " + key + ": " + e.getMessage(), e);
        }
    }

    /**
     * When the server's own certificate ceases to be valid.
     *
     * @throws IOException when it cannot be read
     */
    public static Instant end(Path chain) throws IOException {
        try (InputStream in = Files.newInputStream(chain)) {
            return ((X509Certificate) CertificateFactory.getInstance("X.509").generateCertificate(in))
                    .getNotAfter()
                    .toInstant();
        } catch (CertificateException e) {
            throw new IOException("cannot read " + chain + ": " + e.getMessage(), e);
        }
    }

    // Nobody else notices before the first handshake fails
    private static void requirePair(Path chain, Path key) throws IOException {
        KeyFile certificates;
        KeyFile keys;
        try {
            certificates = PemFile.read(Files.readAllBytes(chain));
            keys = PemFile.read(Files.readAllBytes(key));
        } catch (KeyFileException beyondUs) {
            // the store's reader is stricter than TLS is; what it cannot read it cannot compare
            return;
        }
        if (!certificates.certificates().isEmpty()
                && !keys.keys().isEmpty()
                && !keys.keys().getFirst().matches(certificates.certificates().getFirst())) {
            throw new IOException("cannot use " + chain + " with " + key + ": the key is that of another certificate");
        }
    }
}
