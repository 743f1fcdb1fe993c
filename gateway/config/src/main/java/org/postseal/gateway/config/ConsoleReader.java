package org.postseal.gateway.config;

import java.net.InetSocketAddress;
import java.util.LinkedHashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.postseal.certstore.Domain;
import org.postseal.gateway.config.GatewayConfig.ListenerTls;
import org.postseal.gateway.mail.login.Logins;
import org.postseal.policy.yaml.YamlMapping;
import org.postseal.policy.yaml.YamlValue;

/** Reads {@code console:}. */
final class ConsoleReader {
    private ConsoleReader() {}

    static ConsoleConfig read(
            YamlMapping root, ListenerReader files, List<ListenerReader.Found> listeners, MetricsConfig metrics) {
        return root.mapping("console")
                .map(section -> section(section, files, listeners, metrics))
                .orElse(ConsoleConfig.DEFAULT);
    }

    private static ConsoleConfig section(
            YamlMapping section, ListenerReader files, List<ListenerReader.Found> listeners, MetricsConfig metrics) {
        Optional<YamlValue> addressValue = section.value("address");
        Optional<InetSocketAddress> address = addressValue.flatMap(
                value -> value.parsed("an IP address with a port such as 127.0.0.1:9726", HostPort::listening));
        Set<String> hosts = new LinkedHashSet<>();
        for (YamlValue item : section.oneOrMore("hosts")) {
            item.parsed("a host name or IP address, without a port", ConsoleReader::host)
                    .ifPresent(hosts::add);
        }
        Optional<ListenerTls> tls = section.mapping("tls").flatMap(files::implicitTls);
        Optional<Logins> logins = section.mapping("auth").flatMap(files::logins);
        ConsoleConfig config = new ConsoleConfig(address.orElse(ConsoleConfig.DEFAULT.address()), hosts, tls, logins);
        if (address.isPresent()) {
            addressValue.ifPresent(value -> check(section, config, value, listeners, metrics));
        }
        section.refuseOthers();
        return config;
    }

    private static void check(
            YamlMapping section,
            ConsoleConfig config,
            YamlValue address,
            List<ListenerReader.Found> listeners,
            MetricsConfig metrics) {
        ConfigChecks.takenBy(config.address(), listeners)
                .ifPresent(listener -> address.error(
                        "is taken by the listener on line " + listener.address().line()));
        if (metrics.address().equals(Optional.of(config.address()))) {
            address.error("is that of metrics.address");
        }
        if (config.address().getAddress().isLoopbackAddress()) {
            return;
        }
        // what is written and wrong has its own problem
        if (section.value("auth").isEmpty()
                && section.mapping("tls").flatMap(tls -> tls.value("clients")).isEmpty()) {
            address.error(
                    "is not loopback: needs auth, or tls with clients, so that not everybody reads who writes to whom");
        }
        if (section.value("tls").isEmpty()) {
            address.error("is not loopback: needs tls, passwords and addresses cross the network otherwise");
        }
    }

    /** As a browser says it in Host: an IPv6 address in brackets. */
    private static Optional<String> host(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        if (lower.matches("\\[[0-9a-f:.]+]") || lower.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}")) {
            return Optional.of(lower);
        }
        return Domain.parse(lower).filter(_ -> !lower.startsWith("[")).map(Domain::ascii);
    }
}
