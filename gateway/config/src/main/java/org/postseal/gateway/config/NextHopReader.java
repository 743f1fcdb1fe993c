package org.postseal.gateway.config;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import org.postseal.gateway.config.NextHopConfig.Auth;
import org.postseal.gateway.config.NextHopConfig.ClientTls;
import org.postseal.gateway.config.NextHopConfig.HopLimits;
import org.postseal.gateway.config.NextHopConfig.Patience;
import org.postseal.gateway.config.NextHopConfig.Target;
import org.postseal.gateway.config.NextHopConfig.TlsFailure;
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
                    .map(address -> NextHopConfig.smtp(
                            name, new Target.Addresses(List.of(address)), TlsMode.NONE, Optional.empty()));
        }
        return value.mapping().flatMap(mapping -> hop(name, mapping));
    }

    private Optional<NextHopConfig> hop(String name, YamlMapping mapping) {
        Optional<Target> target = target(mapping);
        Optional<YamlValue> protocolValue = mapping.value("protocol");
        Peer.Protocol protocol =
                protocolValue.flatMap(value -> value.word(Peer.Protocol.class)).orElse(Peer.Protocol.SMTP);
        TlsMode tls = mapping.word("tls", TlsMode.class).orElse(TlsMode.NONE);
        Optional<YamlValue> failureValue = mapping.value("onTlsFailure");
        TlsFailure onTlsFailure =
                failureValue.flatMap(value -> value.word(TlsFailure.class)).orElse(TlsFailure.DEFER);
        if (tls != TlsMode.MAY) {
            failureValue.ifPresent(value -> value.warning("has no effect unless tls is may"));
        }
        Optional<Path> trust = trust(mapping, tls);
        Optional<ClientTls> client = client(mapping, tls);
        Optional<YamlValue> authValue = mapping.value("auth");
        Optional<Auth> auth = authValue.flatMap(YamlValue::mapping).flatMap(this::auth);
        Patience patience =
                target.filter(Target.MailExchangers.class::isInstance).isPresent() ? Patience.WORLD : Patience.NEARBY;
        HopLimits limits =
                mapping.mapping("limits").map(given -> limits(given, patience)).orElseGet(() -> standard(patience));
        Optional<YamlValue> withoutDsn = mapping.value("allowOpenedWithoutDsn");
        boolean allowOpenedWithoutDsn = withoutDsn.flatMap(YamlValue::bool).orElse(false);
        mapping.refuseOthers();
        Optional<NextHopConfig> hop = target.map(where -> new NextHopConfig(
                name, where, protocol, tls, onTlsFailure, trust, client, auth, limits, allowOpenedWithoutDsn));
        hop.ifPresent(found -> check(found, protocolValue, authValue));
        hop.filter(found -> allowOpenedWithoutDsn && !found.mayCarryOpened())
                .flatMap(_ -> withoutDsn)
                .ifPresent(value -> value.warning("has no effect: no opened mail goes there"));
        return hop;
    }

    private static boolean isByDns(NextHopConfig hop) {
        return switch (hop.target()) {
            case Target.Addresses _ -> false;
            case Target.MailExchangers _ -> true;
        };
    }

    private static void check(NextHopConfig hop, Optional<YamlValue> protocol, Optional<YamlValue> auth) {
        if (isByDns(hop)) {
            auth.ifPresent(value -> value.error("the password is for one server, and with mx the DNS says which"));
            // RFC 2033 §5
            protocol.filter(_ -> hop.protocol() == Peer.Protocol.LMTP)
                    .ifPresent(value -> value.error("no domain takes its mail by LMTP: cannot stand beside mx"));
            return;
        }
        boolean isEncrypted = hop.tls() == TlsMode.ENCRYPT || hop.tls() == TlsMode.VERIFY;
        if (hop.isLoopback() || hop.tls() == TlsMode.VERIFY) {
            return;
        }
        if (isEncrypted) {
            auth.ifPresent(
                    value -> value.warning("whoever stands in between learns the password unless tls is verify"));
            return;
        }
        auth.ifPresent(value -> value.error("the password would cross the network in clear: needs tls: verify"));
        // RFC 2033 §5: LMTP is not for wide-area networks
        if (hop.protocol() == Peer.Protocol.LMTP) {
            protocol.ifPresent(value -> value.warning("LMTP without TLS to an address that is not loopback"));
        }
    }

    private Optional<Auth> auth(YamlMapping mapping) {
        Optional<String> user = mapping.required("user")
                .flatMap(value -> value.parsed("a name without control characters", NextHopReader::user));
        Optional<Path> password = mapping.required("passwordFile").flatMap(paths::secretFile);
        mapping.refuseOthers();
        return user.flatMap(name -> password.map(file -> new Auth(name, file)));
    }

    // RFC 4616 §2: NUL separates the parts
    private static Optional<String> user(String text) {
        return text.codePoints().anyMatch(Character::isISOControl) ? Optional.empty() : Optional.of(text);
    }

    private Optional<Target> target(YamlMapping mapping) {
        Optional<YamlValue> one = mapping.value("address");
        Optional<YamlValue> several = mapping.value("addresses");
        Optional<YamlValue> mx = mapping.value("mx");
        if (mx.flatMap(YamlValue::bool).orElse(false)) {
            one.or(() -> several).ifPresent(value -> value.error("cannot stand beside mx"));
            return Optional.of(exchangers(mapping));
        }
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

    private static Target exchangers(YamlMapping mapping) {
        List<InetSocketAddress> resolvers = new ArrayList<>();
        for (YamlValue item : mapping.oneOrMore("resolvers")) {
            item.parsed("an IP address with a port such as 127.0.0.1:53", HostPort::listening)
                    .ifPresent(resolvers::add);
        }
        return new Target.MailExchangers(mapping.integer("port", 1, 65535).orElse(SMTP_PORT), resolvers);
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

    private Optional<ClientTls> client(YamlMapping mapping, TlsMode tls) {
        Optional<YamlValue> certificateValue = mapping.value("clientCertificate");
        Optional<YamlValue> keyValue = mapping.value("clientKey");
        if (certificateValue.isPresent() != keyValue.isPresent()) {
            certificateValue.ifPresent(value -> value.error("needs clientKey beside it"));
            keyValue.ifPresent(value -> value.error("needs clientCertificate beside it"));
            return Optional.empty();
        }
        if (tls == TlsMode.NONE) {
            certificateValue.ifPresent(value -> value.warning("has no effect without tls"));
        }
        Optional<Path> certificate = certificateValue.flatMap(paths::existingFile);
        Optional<Path> key = keyValue.flatMap(paths::secretFile);
        Optional<ClientTls> client = certificate.flatMap(file -> key.map(of -> new ClientTls(file, of)));
        client.ifPresent(files -> certificateValue.ifPresent(value -> requireClient(files, value)));
        return client;
    }

    private void requireClient(ClientTls files, YamlValue value) {
        try {
            tlsFiles.requireClient(files);
        } catch (IOException unusable) {
            value.error(TlsFiles.reason(unusable));
        }
    }

    private void requireTrust(Path anchors, YamlValue value) {
        try {
            tlsFiles.requireTrust(anchors);
        } catch (IOException unusable) {
            value.error(TlsFiles.reason(unusable));
        }
    }

    private static HopLimits standard(Patience patience) {
        HopLimits standard = HopLimits.DEFAULT;
        return new HopLimits(
                standard.connections(),
                standard.messages(),
                standard.idle(),
                standard.timeLimit(),
                standard.backOff(),
                standard.handOver(),
                patience);
    }

    private static HopLimits limits(YamlMapping mapping, Patience patience) {
        HopLimits standard = HopLimits.DEFAULT;
        HopLimits limits = new HopLimits(
                mapping.integer("connections", 1, 10_000).orElse(standard.connections()),
                mapping.integer("messages", 1, 1_000_000).orElse(standard.messages()),
                mapping.duration("idle", Duration.ofSeconds(1), Duration.ofHours(1))
                        .orElse(standard.idle()),
                mapping.duration("timeLimit", Duration.ofSeconds(1), Duration.ofHours(1))
                        .orElse(standard.timeLimit()),
                mapping.duration("backOff", Duration.ofSeconds(1), Duration.ofHours(1))
                        .orElse(standard.backOff()),
                mapping.duration("handOver", Duration.ofSeconds(1), Duration.ofHours(1)),
                new Patience(
                        mapping.duration("greeting", Duration.ofSeconds(1), Duration.ofHours(1))
                                .orElse(patience.greeting()),
                        mapping.duration("command", Duration.ofSeconds(1), Duration.ofHours(1))
                                .orElse(patience.command()),
                        mapping.integer("octetsPerSecond", 1, 1 << 20).orElse(patience.octetsPerSecond())));
        mapping.refuseOthers();
        return limits;
    }

    private static final int SMTP_PORT = 25;
    private static final String REMOTE = "host:port such as mx.example.com:25 or [2001:db8::1]:25";
}
