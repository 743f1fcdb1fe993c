package org.postseal.gateway.config;

import java.time.Duration;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import org.postseal.certstore.RevocationMode;
import org.postseal.certstore.fetch.FetchSettings;
import org.postseal.certstore.fetch.Network;
import org.postseal.certstore.revocation.RevocationOrder;
import org.postseal.certstore.revocation.RevocationSettings;
import org.postseal.policy.yaml.YamlMapping;
import org.postseal.policy.yaml.YamlValue;

/** Reads {@code revocation:}. */
final class RevocationReader {
    private final YamlMapping mapping;

    RevocationReader(YamlMapping mapping) {
        this.mapping = mapping;
    }

    RevocationConfig read() {
        RevocationConfig standard = RevocationConfig.DEFAULT;
        RevocationSettings settings = standard.settings()
                .withOrder(mapping.word("order", RevocationOrder.class)
                        .orElse(standard.settings().order()))
                .withTimeouts(
                        time("crlConnectionTimeout", standard.settings().crlConnectionTimeout()),
                        time("crlRetrievalTimeout", standard.settings().crlRetrievalTimeout()));
        RevocationConfig config = new RevocationConfig(
                mode("outbound"),
                mapping.names().contains("outbound"),
                mode("inbound"),
                settings,
                fetch(standard.fetch()),
                mapping.bool("fetchIssuers").orElse(false),
                mapping.bool("askAfterDecrypting").orElse(false));
        mapping.refuseOthers();
        return config;
    }

    private FetchSettings fetch(FetchSettings standard) {
        List<String> hosts = new ArrayList<>();
        for (YamlValue item : mapping.oneOrMore("allowedHosts")) {
            item.parsed("a host name, or *.example.com for all below a domain", RevocationReader::host)
                    .ifPresent(hosts::add);
        }
        List<Network> networks = new ArrayList<>();
        for (YamlValue item : mapping.oneOrMore("allowedNetworks")) {
            item.parsed("a network such as 10.1.2.0/24", RevocationReader::network)
                    .ifPresent(networks::add);
        }
        Set<Integer> ports = new HashSet<>();
        for (YamlValue item : mapping.oneOrMore("allowedPorts")) {
            item.integer(1, 65_535).ifPresent(ports::add);
        }
        return new FetchSettings(
                time("connectTimeout", standard.connectTimeout()),
                time("totalTimeout", standard.totalTimeout()),
                hosts,
                networks,
                ports.isEmpty() ? standard.allowedPorts() : ports,
                standard.sameHostRedirects());
    }

    private RevocationMode mode(String direction) {
        return mapping.word(direction, RevocationMode.class).orElse(RevocationMode.SOFT);
    }

    private Duration time(String key, Duration standard) {
        return mapping.duration(key, Duration.ofMillis(1), Duration.ofMinutes(5))
                .orElse(standard);
    }

    private static Optional<String> host(String text) {
        return text.matches("(\\*\\.)?[A-Za-z0-9]([A-Za-z0-9.-]{0,251}[A-Za-z0-9])?")
                ? Optional.of(text)
                : Optional.empty();
    }

    private static Optional<Network> network(String text) {
        try {
            return Optional.of(Network.of(text));
        } catch (IllegalArgumentException notOne) {
            return Optional.empty();
        }
    }
}
