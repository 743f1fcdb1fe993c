package org.postseal.gateway.config;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;

/**
 * Where metrics and health are served.
 *
 * @param address address of the HTTP listener; port 0 takes any free port; if empty, there is no listener
 */
public record MetricsConfig(Optional<InetSocketAddress> address) {
    /** The default: a port that only this machine can reach, in the range that Prometheus exporters use. */
    public static final MetricsConfig DEFAULT =
            new MetricsConfig(Optional.of(new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 9725)));

    /** There is no HTTP listener. */
    public static final MetricsConfig NONE = new MetricsConfig(Optional.empty());

    static MetricsConfig read(Section metrics, List<ListenerReader.Found> listeners) {
        Key<MetricsConfig> key = metrics.key(
                "address",
                Type.text("none, or an IP address with a port such as 127.0.0.1:9725", MetricsConfig::parse));
        key.value().flatMap(MetricsConfig::address).ifPresent(address -> {
            ConfigChecks.notTaken(key, address, listeners);
            if (!address.getAddress().isLoopbackAddress()) {
                key.warning(
                        "is not loopback: anybody who reaches it can read how much mail there is, without a password");
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
