package org.postseal.gateway.smtp.server;

import io.netty.handler.ssl.JdkSslContext;
import io.netty.handler.ssl.SslContextBuilder;
import io.netty.handler.ssl.SslProvider;
import java.io.IOException;
import java.nio.file.Path;
import javax.net.ssl.SSLContext;

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
            return netty.context();
        } catch (IllegalArgumentException e) {
            throw new IOException("cannot use " + chain + " with " + key + ": " + e.getMessage(), e);
        }
    }
}
