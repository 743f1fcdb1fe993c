package org.postseal.gateway.app.metrics;

import io.prometheus.metrics.model.registry.PrometheusRegistry;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.time.Duration;
import java.util.Optional;
import org.postseal.gateway.console.http.HttpListener;

/** Runs the HTTP listener for figures and health. Thread-safe. */
public final class MetricsServer implements AutoCloseable {
    private final HttpListener listener;

    private MetricsServer(HttpListener listener) {
        this.listener = listener;
    }

    /**
     * Opens the port.
     *
     * @throws IOException if the port is taken or forbidden
     */
    public static MetricsServer start(InetSocketAddress address, PrometheusRegistry registry, Readiness readiness)
            throws IOException {
        return start(address, new Pages(registry, readiness), LIFETIME);
    }

    /** @param lifetime the longest that a connection may last */
    static MetricsServer start(InetSocketAddress address, Pages pages, Duration lifetime) throws IOException {
        return new MetricsServer(HttpListener.start(
                address,
                new HttpListener.Settings(
                        "metrics", LINE_OCTETS, HEADER_OCTETS, CONNECTIONS, lifetime, Optional.empty()),
                request -> pages.of(request.target(), request.field("accept"))));
    }

    /** Returns the address where it listens, with the real port. */
    public InetSocketAddress address() {
        return listener.address();
    }

    /** Closes the port and drops all connections. */
    @Override
    public void close() {
        listener.close();
    }

    private static final int LINE_OCTETS = 1 << 10;
    private static final int HEADER_OCTETS = 8 << 10;
    /** This is enough for Prometheus, a load balancer and a person to ask at the same time. */
    private static final int CONNECTIONS = 32;

    private static final Duration LIFETIME = Duration.ofSeconds(10);
}
