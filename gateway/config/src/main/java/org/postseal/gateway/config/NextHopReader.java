package org.postseal.gateway.config;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.postseal.gateway.config.NextHopConfig.Auth;
import org.postseal.gateway.config.NextHopConfig.ClientTls;
import org.postseal.gateway.config.NextHopConfig.HopLimits;
import org.postseal.gateway.config.NextHopConfig.Patience;
import org.postseal.gateway.config.NextHopConfig.Target;
import org.postseal.gateway.config.NextHopConfig.TlsFailure;
import org.postseal.gateway.config.NextHopConfig.TlsMode;
import org.postseal.gateway.mail.Peer.Protocol;
import org.postseal.policy.yaml.YamlValue;

/** Reads one next hop, which is written as {@code host:port} or as a mapping. */
final class NextHopReader {
    private final PathReader paths;
    private final TlsFiles tlsFiles;
    private final List<ListenerReader.Found> listeners;

    /** @param listeners our own listeners, which cannot be next hops */
    NextHopReader(PathReader paths, TlsFiles tlsFiles, List<ListenerReader.Found> listeners) {
        this.paths = paths;
        this.tlsFiles = tlsFiles;
        this.listeners = listeners;
    }

    Type<NextHopConfig> hop(String name) {
        Type<NextHopConfig> section = Type.section(hop -> hop(name, hop));
        return value -> value.isMapping()
                ? section.read(value)
                : address(value)
                        .map(address -> NextHopConfig.smtp(
                                name, new Target.Addresses(List.of(address)), TlsMode.NONE, Optional.empty()));
    }

    private Optional<NextHopConfig> hop(String name, Section section) {
        Optional<Target> target = target(section);
        Key<Protocol> protocol = section.key("protocol", Type.word(Protocol.class));
        TlsMode tls = section.value("tls", Type.word(TlsMode.class), TlsMode.NONE);
        Key<TlsFailure> onTlsFailure = section.key("onTlsFailure", Type.word(TlsFailure.class));
        if (tls != TlsMode.MAY) {
            onTlsFailure.warning("has no effect unless tls is may");
        }
        Key<Path> trust = section.key("trust", paths::existingFile);
        if (tls == TlsMode.VERIFY) {
            trust.mustOpen(tlsFiles::requireTrust);
        } else {
            trust.warning("has no effect unless tls is verify");
        }
        Optional<ClientTls> client = client(section, tls);
        Key<Auth> auth = section.key("auth", Type.section(this::auth));
        boolean isByDns = target.filter(Target.MailExchangers.class::isInstance).isPresent();
        HopLimits limits = HopLimits.read(section.section("limits"), isByDns ? Patience.WORLD : Patience.NEARBY);
        Key<Boolean> withoutDsn = section.key("allowOpenedWithoutDsn", Type.bool());
        Optional<NextHopConfig> hop = target.map(where -> new NextHopConfig(
                name,
                where,
                protocol.or(Protocol.SMTP),
                tls,
                onTlsFailure.or(TlsFailure.DEFER),
                trust.value(),
                client,
                auth.value(),
                limits,
                withoutDsn.or(false)));
        hop.ifPresent(found -> {
            if (isByDns) {
                checkByDns(found, protocol, auth);
            } else if (!found.isLoopback() && tls != TlsMode.VERIFY) {
                checkUnverified(found, protocol, auth);
            }
            if (withoutDsn.or(false) && !found.mayCarryOpened()) {
                withoutDsn.warning("has no effect: no opened mail goes there");
            }
        });
        return hop;
    }

    private static void checkByDns(NextHopConfig hop, Key<Protocol> protocol, Key<Auth> auth) {
        auth.error("the password is for one server, but with mx the DNS chooses the server");
        // RFC 2033 §5
        if (hop.protocol() == Protocol.LMTP) {
            protocol.error("no domain takes its mail by LMTP: cannot stand beside mx");
        }
    }

    private static void checkUnverified(NextHopConfig hop, Key<Protocol> protocol, Key<Auth> auth) {
        if (hop.tls() == TlsMode.ENCRYPT) {
            auth.warning("an attacker on the way learns the password unless tls is verify");
            return;
        }
        auth.error("the password would cross the network in clear: needs tls: verify");
        // RFC 2033 §5: LMTP is not for wide-area networks
        if (hop.protocol() == Protocol.LMTP) {
            protocol.warning("LMTP without TLS to an address that is not loopback");
        }
    }

    private Optional<Auth> auth(Section auth) {
        // RFC 4616 §2: NUL separates the parts
        Key<String> user =
                auth.required("user", Type.matching("a name without control characters", "[^\\x00-\\x1f\\x7f-\\x9f]+"));
        return user.with(auth.required("passwordFile", paths::secretFile), Auth::new);
    }

    private Optional<Target> target(Section section) {
        Key<InetSocketAddress> one = section.key("address", this::address);
        Key<List<InetSocketAddress>> several = section.key("addresses", Type.distinct(this::address));
        if (section.value("mx", Type.bool(), false)) {
            (one.isWritten() ? one : several).error("cannot stand beside mx");
            return Optional.of(new Target.MailExchangers(
                    section.value("port", Type.whole(1, 65535), 25),
                    section.value("resolvers", Type.oneOrMore(HostPort.address("127.0.0.1:53")), List.of())));
        }
        if (several.isWritten()) {
            one.error("cannot stand beside addresses: put it into the list");
            return several.value().map(Target.Addresses::new);
        }
        return one.required().value().map(address -> new Target.Addresses(List.of(address)));
    }

    private Optional<InetSocketAddress> address(YamlValue value) {
        Optional<InetSocketAddress> address =
                HostPort.host("mx.example.com:25 or [2001:db8::1]:25").read(value);
        address.ifPresent(found -> ConfigChecks.noLoop(listeners, found, value));
        return address;
    }

    private Optional<ClientTls> client(Section section, TlsMode tls) {
        Key<Path> certificate = section.key("clientCertificate", paths::existingFile);
        Key<Path> key = section.key("clientKey", paths::secretFile);
        if (certificate.isWritten() != key.isWritten()) {
            certificate.error("needs clientKey beside it");
            key.error("needs clientCertificate beside it");
        }
        if (tls == TlsMode.NONE) {
            certificate.warning("has no effect without tls");
        }
        Optional<ClientTls> client = certificate.with(key, ClientTls::new);
        client.ifPresent(files -> certificate.mustOpen(_ -> tlsFiles.requireClient(files)));
        return client;
    }
}
