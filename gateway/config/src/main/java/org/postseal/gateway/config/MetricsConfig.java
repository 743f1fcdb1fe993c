package org.postseal.gateway.config;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;

/**
 * Where figures and health are served.
 *
 * @param address of the HTTP listener; port 0 is any free one; empty when there shall be none
 */
public record MetricsConfig(Optional<InetSocketAddress> address) {
    /** A port of this machine alone, in the range that exporters for Prometheus use. */
    public static final MetricsConfig DEFAULT =
            new MetricsConfig(Optional.of(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 9725)));

    /** Nothing is served. */
    public static final MetricsConfig NONE = new MetricsConfig(Optional.empty());

    /** Reads {@code metrics}. */
    static MetricsConfig read(Section metrics, List<ListenerReader.Found> listeners) {
        Key<MetricsConfig> key = metrics.key(
                "address",
                Type.text("none, or an IP address with a port such as 127.0.0.1:9725", MetricsConfig::parse));
        key.value().flatMap(MetricsConfig::address).ifPresent(address -> {
            ConfigChecks.notTaken(key, address, listeners);
            if (!address.getAddress().isLoopbackAddress()) {
                key.warning("is not loopback: whoever reaches it reads how much mail there is, without a password");
            }
        });
        return key.or(DEFAULT);
    }

    private static Optional<MetricsConfig> parse(String text) {
        return text.equals("none")
                ? Optional.of(NONE)
                : HostPort.listening(text).map(address -> new MetricsConfig(Optional.of(address)));
    }
}
