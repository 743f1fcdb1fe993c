package org.postseal.gateway.console;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.time.InstantSource;
import java.util.Optional;
import org.postseal.gateway.config.GatewayConfig;
import org.postseal.gateway.console.http.HttpListener;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** Runs the console. Thread-safe. */
public final class ConsoleServer implements AutoCloseable {
    private final HttpListener listener;

    private ConsoleServer(HttpListener listener) {
        this.listener = listener;
    }

    /**
     * Opens the port, and begins to count the log for the overview.
     *
     * @param tls the TLS of the port; empty for none
     * @param tests runs the tests of the policy
     * @throws IOException if the port is taken or forbidden
     */
    public static ConsoleServer start(
            GatewayConfig config, Optional<HttpListener.Tls> tls, PolicyTests tests, InstantSource clock)
            throws IOException {
        LogsInView logs = LogsInView.of(config);
        HttpListener listener = HttpListener.start(
                config.console().address(),
                new HttpListener.Settings("console", LINE_OCTETS, HEADER_OCTETS, CONNECTIONS, LIFETIME, tls),
                new ConsolePages(config, logs, tests, clock));
        Thread.ofVirtual().name("console-counting").start(() -> {
            try {
                boolean _ = logs.count(Period.QUARTER.bounds(clock.instant()).getFirst(), A_DAY);
            } catch (IOException e) {
                LOG.warn("the log cannot be counted now: {}", e.getMessage());
            }
        });
        return new ConsoleServer(listener);
    }

    /** Returns the address where the console listens, with the real port. */
    public InetSocketAddress address() {
        return listener.address();
    }

    @Override
    public void close() {
        listener.close();
    }

    private static final Logger LOG = LoggerFactory.getLogger(ConsoleServer.class);
    private static final int LINE_OCTETS = 8 << 10;
    private static final int HEADER_OCTETS = 16 << 10;
    private static final int CONNECTIONS = 64;
    private static final Duration LIFETIME = Duration.ofSeconds(30);
    private static final Duration A_DAY = Duration.ofDays(1);
}
