package org.postseal.gateway.app.assembly;

import java.io.IOException;
import java.util.Optional;
import org.postseal.gateway.config.ConsoleConfig;
import org.postseal.gateway.config.GatewayConfig.ListenerTls;
import org.postseal.gateway.console.http.HttpListener;
import org.postseal.gateway.smtp.server.ServerTls;

/** Opens the certificate and key of the console, since the console itself has no code that reads them. */
public final class ConsoleTls {
    private ConsoleTls() {}

    /**
     * Returns the TLS of the console; the result is empty if it has none.
     *
     * @throws IOException if its files cannot be read or do not belong together
     */
    public static Optional<HttpListener.Tls> of(ConsoleConfig config) throws IOException {
        if (config.tls().isEmpty()) {
            return Optional.empty();
        }
        ListenerTls files = config.tls().get();
        ServerTls tls = ServerTls.of(files.certificate(), files.key(), true, files.clients());
        return Optional.of(new HttpListener.Tls(tls.context(), tls.asksForClient()));
    }
}
