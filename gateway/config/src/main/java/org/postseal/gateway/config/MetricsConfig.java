package org.postseal.gateway.config;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;

/**
 * Where figures and health are served.
 *
 * @param address of the HTTP listener; port 0 is any free one; empty when there shall be none
 */
public record MetricsConfig(Optional<InetSocketAddress> address) {
    /** This machine alone, in the range that exporters for Prometheus use. */
    public static final MetricsConfig DEFAULT =
            new MetricsConfig(Optional.of(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 9725)));

    /** Nothing is served. */
    public static final MetricsConfig NONE = new MetricsConfig(Optional.empty());
}
