package org.postseal.gateway.config;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.postseal.gateway.config.NextHopConfig.HopLimits;
import org.postseal.gateway.config.NextHopConfig.Target;
import org.postseal.gateway.config.NextHopConfig.TlsMode;
import org.postseal.gateway.mail.Peer;
import org.postseal.policy.yaml.YamlMapping;
import org.postseal.policy.yaml.YamlValue;

/** Reads one next hop, {@code host:port} or a mapping. */
final class NextHopReader {
    private final PathReader paths;
    private final TlsFiles tlsFiles;
    private final List<ListenerReader.Found> listeners;

    /**
     * @param listeners ours, to which mail must not go
     */
    NextHopReader(PathReader paths, TlsFiles tlsFiles, List<ListenerReader.Found> listeners) {
        this.paths = paths;
        this.tlsFiles = tlsFiles;
        this.listeners = listeners;
    }

    Optional<NextHopConfig> read(String name, YamlValue value) {
        if (!value.isMapping()) {
            return address(value)
                    .map(address -> new NextHopConfig(
                            name,
                            new Target.Addresses(List.of(address)),
                            Peer.Protocol.SMTP,
                            TlsMode.NONE,
                            Optional.empty(),
                            HopLimits.DEFAULT));
        }
        return value.mapping().flatMap(mapping -> {
            Optional<Target> target = target(mapping);
            TlsMode tls = mapping.word("tls", TlsMode.class).orElse(TlsMode.NONE);
            Optional<Path> trust = trust(mapping, tls);
            HopLimits limits =
                    mapping.mapping("limits").map(NextHopReader::limits).orElse(HopLimits.DEFAULT);
            mapping.refuseOthers();
            return target.map(where -> new NextHopConfig(name, where, Peer.Protocol.SMTP, tls, trust, limits));
        });
    }

    private Optional<Target> target(YamlMapping mapping) {
        Optional<YamlValue> one = mapping.value("address");
        Optional<YamlValue> several = mapping.value("addresses");
        if (several.isEmpty()) {
            return mapping.required("address")
                    .flatMap(this::address)
                    .map(address -> new Target.Addresses(List.of(address)));
        }
        one.ifPresent(value -> value.error("cannot stand beside addresses: put it into the list"));
        List<InetSocketAddress> addresses = new ArrayList<>();
        boolean isWhole = true;
        for (YamlValue item : several.get().oneOrMore()) {
            Optional<InetSocketAddress> address = address(item);
            isWhole &= address.isPresent();
            address.filter(addresses::contains).ifPresent(_ -> item.error("is there twice"));
            address.ifPresent(addresses::add);
        }
        return isWhole && !addresses.isEmpty() ? Optional.of(new Target.Addresses(addresses)) : Optional.empty();
    }

    private Optional<InetSocketAddress> address(YamlValue value) {
        Optional<InetSocketAddress> address = value.parsed(REMOTE, HostPort::remote);
        address.ifPresent(found -> ConfigChecks.noLoop(listeners, found, value));
        return address;
    }

    private Optional<Path> trust(YamlMapping mapping, TlsMode tls) {
        Optional<YamlValue> value = mapping.value("trust");
        Optional<Path> trust = value.flatMap(paths::existingFile);
        if (tls != TlsMode.VERIFY) {
            value.ifPresent(found -> found.warning("has no effect unless tls is verify"));
        } else {
            trust.ifPresent(file -> value.ifPresent(found -> requireTrust(file, found)));
        }
        return trust;
    }

    private void requireTrust(Path anchors, YamlValue value) {
        try {
            tlsFiles.requireTrust(anchors);
        } catch (IOException unusable) {
            value.error(TlsFiles.reason(unusable));
        }
    }

    private static HopLimits limits(YamlMapping mapping) {
        HopLimits standard = HopLimits.DEFAULT;
        HopLimits limits = new HopLimits(
                mapping.integer("connections", 1, 10_000).orElse(standard.connections()),
                mapping.integer("messages", 1, 1_000_000).orElse(standard.messages()),
                mapping.duration("idle", Duration.ofSeconds(1), Duration.ofHours(1))
                        .orElse(standard.idle()),
                mapping.duration("timeLimit", Duration.ofSeconds(1), Duration.ofHours(1))
                        .orElse(standard.timeLimit()),
                mapping.duration("backOff", Duration.ofSeconds(1), Duration.ofHours(1))
                        .orElse(standard.backOff()));
        mapping.refuseOthers();
        return limits;
    }

    private static final String REMOTE = "host:port such as mx.example.com:25 or [2001:db8::1]:25";
}
