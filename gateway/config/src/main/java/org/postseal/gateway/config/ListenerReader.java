package org.postseal.gateway.config;

import java.io.IOException;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;
import java.util.function.BiFunction;
import org.postseal.certstore.Secret;
import org.postseal.certstore.files.FileGuard.Use;
import org.postseal.gateway.config.GatewayConfig.Listener;
import org.postseal.gateway.config.GatewayConfig.ListenerTls;
import org.postseal.gateway.config.GatewayConfig.Speakers;
import org.postseal.gateway.config.GatewayConfig.SplitRecipients;
import org.postseal.gateway.config.GatewayConfig.TlsMode;
import org.postseal.gateway.mail.Peer;
import org.postseal.gateway.mail.TenantTokens;
import org.postseal.gateway.mail.login.LoginFile;
import org.postseal.gateway.mail.login.Logins;
import org.postseal.policy.yaml.YamlMapping;
import org.postseal.policy.yaml.YamlValue;

/** Reads {@code listeners}. */
final class ListenerReader {
    private final YamlMapping root;
    private final BiFunction<YamlValue, Use, Optional<Path>> existingFile;
    private final TlsFiles tlsFiles;

    ListenerReader(YamlMapping root, BiFunction<YamlValue, Use, Optional<Path>> existingFile, TlsFiles tlsFiles) {
        this.root = root;
        this.existingFile = existingFile;
        this.tlsFiles = tlsFiles;
    }

    /** Those that are right; for the others there are problems. */
    List<Found> read() {
        List<Found> found = new ArrayList<>();
        Optional<YamlValue> list = root.required("listeners");
        List<YamlValue> items = list.map(YamlValue::list).orElse(List.of());
        list.filter(value -> value.isList() && items.isEmpty())
                .ifPresent(value -> value.error("is an empty list; nothing would be received"));
        for (YamlValue item : items) {
            item.mapping().flatMap(this::listener).ifPresent(found::add);
        }
        return found;
    }

    private Optional<Found> listener(YamlMapping mapping) {
        Optional<Peer.Protocol> protocol =
                mapping.required("protocol").flatMap(value -> value.word(Peer.Protocol.class));
        Optional<YamlValue> addressValue = mapping.required("address");
        Optional<InetSocketAddress> address = addressValue.flatMap(value ->
                value.parsed("an IP address with a port such as 127.0.0.1:10024 or [::1]:10024", HostPort::listening));
        Peer.Role role = mapping.word("role", Peer.Role.class).orElse(Peer.Role.BOTH);
        Optional<ListenerTls> tls = mapping.mapping("tls").flatMap(this::tls);
        Optional<YamlValue> splitValue = mapping.value("splitRecipients");
        SplitRecipients split =
                splitValue.flatMap(value -> value.word(SplitRecipients.class)).orElse(SplitRecipients.JOURNAL);
        if (protocol.filter(Peer.Protocol.LMTP::equals).isPresent()) {
            splitValue.ifPresent(value -> value.warning("has no effect over LMTP, where each recipient has a reply"));
        }
        Speakers speakers = new Speakers(from(mapping, "proxyProtocol"), from(mapping, "xclient"));
        Optional<Logins> logins = mapping.mapping("auth").flatMap(this::logins);
        if (mapping.value("tls").isEmpty()) {
            mapping.value("auth")
                    .ifPresent(value -> value.error("needs tls: passwords cross the network under TLS alone"));
        }
        Optional<TenantTokens> tokens = tokens(mapping, role);
        mapping.refuseOthers();
        if (protocol.isEmpty() || address.isEmpty() || addressValue.isEmpty()) {
            return Optional.empty();
        }
        // RFC 2033 §5: LMTP is not for wide-area networks; without TLS even less so.
        if (protocol.get() == Peer.Protocol.LMTP
                && tls.isEmpty()
                && !address.get().getAddress().isLoopbackAddress()) {
            addressValue.get().warning("LMTP without TLS on an address that is not loopback");
        }
        return Optional.of(new Found(
                addressValue.get(),
                new Listener(protocol.get(), address.get(), role, tls, split, speakers, logins, tokens)));
    }

    /** What tells one tenant's mail from another's. */
    private Optional<TenantTokens> tokens(YamlMapping listener, Peer.Role role) {
        Optional<YamlValue> value = listener.value("tenantTokens");
        Optional<YamlMapping> section = listener.mapping("tenantTokens");
        if (value.isEmpty() || section.isEmpty()) {
            return Optional.empty();
        }
        if (role != Peer.Role.BOTH) {
            value.get().error("needs role: both; the value tells whose mail it is");
        }
        if (listener.value("auth").isPresent()) {
            value.get().error("goes not with auth: who logs in has no rule that writes the field");
        }
        if (listener.value("tls").isEmpty()) {
            value.get().warning("without tls anybody on the way reads the values");
        }
        Optional<String> name = HeaderSecrets.name(section.get());
        HeaderSecrets secrets = new HeaderSecrets(this::secretFile);
        Optional<Secret> submission = section.get().value("submissionFile").flatMap(secrets::word);
        Optional<Secret> inbound = section.get().value("inboundFile").flatMap(secrets::word);
        if (section.get().value("submissionFile").isEmpty()
                && section.get().value("inboundFile").isEmpty()) {
            value.get().error("needs submissionFile, inboundFile or both");
        }
        section.get().refuseOthers();
        return name.map(field -> new TenantTokens(field, submission, inbound));
    }

    /** The file of users behind {@code passwords}. */
    Optional<Logins> logins(YamlMapping mapping) {
        Optional<YamlValue> file = mapping.required("passwords");
        mapping.refuseOthers();
        return file.flatMap(this::secretFile).flatMap(path -> switch (LoginFile.read(path)) {
            case LoginFile.Reading.Read(Logins logins) -> Optional.of(logins);
            case LoginFile.Reading.Wrong(List<String> problems) -> {
                problems.forEach(problem -> file.get().error(path.getFileName() + ", " + problem));
                yield Optional.empty();
            }
        });
    }

    /** Whose word is taken for whose session it is. */
    private static List<AddressRange> from(YamlMapping listener, String name) {
        Optional<YamlMapping> section = listener.mapping(name);
        if (section.isEmpty()) {
            return List.of();
        }
        List<AddressRange> ranges = new ArrayList<>();
        for (YamlValue item :
                section.get().required("from").map(YamlValue::oneOrMore).orElse(List.of())) {
            Optional<AddressRange> range =
                    item.parsed("an IP address or network such as 192.0.2.0/24", AddressRange::parse);
            range.filter(found -> found.prefix() == 0)
                    .ifPresent(_ -> item.warning("is every address: anybody may say that he is somebody else"));
            range.ifPresent(ranges::add);
        }
        section.get().refuseOthers();
        return ranges;
    }

    private Optional<Path> existingFile(YamlValue value) {
        return existingFile.apply(value, Use.RULE);
    }

    private Optional<Path> secretFile(YamlValue value) {
        return existingFile.apply(value, Use.SECRET);
    }

    private Optional<ListenerTls> tls(YamlMapping mapping) {
        return tls(mapping, mapping.word("mode", TlsMode.class).orElse(TlsMode.START_TLS));
    }

    /** Of what has no other way to begin TLS than with the connection. */
    Optional<ListenerTls> implicitTls(YamlMapping mapping) {
        return tls(mapping, TlsMode.IMPLICIT);
    }

    private Optional<ListenerTls> tls(YamlMapping mapping, TlsMode mode) {
        Optional<YamlValue> certificateValue = mapping.required("certificate");
        Optional<Path> certificate = certificateValue.flatMap(this::existingFile);
        Optional<Path> key = mapping.required("key").flatMap(this::secretFile);
        Optional<Path> clients = mapping.value("clients").flatMap(this::existingFile);
        mapping.refuseOthers();
        Optional<ListenerTls> tls =
                certificate.flatMap(chain -> key.map(file -> new ListenerTls(chain, file, mode, clients)));
        tls.ifPresent(files -> certificateValue.ifPresent(value -> requireUsable(files, value)));
        return tls;
    }

    private void requireUsable(ListenerTls tls, YamlValue value) {
        try {
            tlsFiles.requireServer(tls);
        } catch (IOException unusable) {
            value.error(TlsFiles.reason(unusable));
        }
    }

    /** A listener, and where its address stands. */
    record Found(YamlValue address, Listener listener) {}
}
