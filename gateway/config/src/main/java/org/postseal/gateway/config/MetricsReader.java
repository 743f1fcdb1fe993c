package org.postseal.gateway.config;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import org.postseal.policy.yaml.YamlMapping;
import org.postseal.policy.yaml.YamlValue;

/** Reads {@code metrics:}. */
final class MetricsReader {
    private MetricsReader() {}

    static MetricsConfig read(YamlMapping root, List<ListenerReader.Found> listeners) {
        Optional<YamlMapping> section = root.mapping("metrics");
        Optional<YamlValue> value = section.flatMap(mapping -> mapping.value("address"));
        Optional<MetricsConfig> config = value.flatMap(given -> given.parsed(WHAT, MetricsReader::parse));
        section.ifPresent(YamlMapping::refuseOthers);
        config.flatMap(MetricsConfig::address)
                .ifPresent(address -> value.ifPresent(given -> check(address, given, listeners)));
        return config.orElse(MetricsConfig.DEFAULT);
    }

    private static Optional<MetricsConfig> parse(String text) {
        return text.equals("none")
                ? Optional.of(MetricsConfig.NONE)
                : HostPort.listening(text).map(address -> new MetricsConfig(Optional.of(address)));
    }

    private static void check(InetSocketAddress address, YamlValue value, List<ListenerReader.Found> listeners) {
        ConfigChecks.takenBy(address, listeners)
                .ifPresent(listener -> value.error(
                        "is taken by the listener on line " + listener.address().line()));
        if (!address.getAddress().isLoopbackAddress()) {
            value.warning("is not loopback: whoever reaches it reads how much mail there is, without a password");
        }
    }

    private static final String WHAT = "none, or an IP address with a port such as 127.0.0.1:9725";
}
