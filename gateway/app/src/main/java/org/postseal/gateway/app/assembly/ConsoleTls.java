package org.postseal.gateway.app.assembly;

import java.io.IOException;
import java.util.Optional;
import org.postseal.gateway.config.ConsoleConfig;
import org.postseal.gateway.config.GatewayConfig.ListenerTls;
import org.postseal.gateway.console.http.HttpListener;
import org.postseal.gateway.smtp.server.ServerTls;

/** Opens for the console what the console itself knows nothing of: its own certificate and key. */
public final class ConsoleTls {
    private ConsoleTls() {}

    /**
     * TLS of the console; empty where it has none.
     *
     * @throws IOException when its files cannot be read or do not belong together
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
