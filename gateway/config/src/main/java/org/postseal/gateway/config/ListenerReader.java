package org.postseal.gateway.config;

import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Optional;
import org.postseal.certstore.AddressRange;
import org.postseal.certstore.Secret;
import org.postseal.gateway.config.GatewayConfig.Listener;
import org.postseal.gateway.config.GatewayConfig.ListenerTls;
import org.postseal.gateway.config.GatewayConfig.Speakers;
import org.postseal.gateway.config.GatewayConfig.SplitRecipients;
import org.postseal.gateway.config.GatewayConfig.TlsMode;
import org.postseal.gateway.mail.Peer;
import org.postseal.gateway.mail.TenantTokens;
import org.postseal.gateway.mail.login.LoginFile;
import org.postseal.gateway.mail.login.Logins;
import org.postseal.policy.yaml.YamlValue;

/** Reads {@code listeners}, and the sections {@code tls} and {@code auth} of {@code console}. */
final class ListenerReader {
    private final PathReader paths;
    private final TlsFiles tlsFiles;

    ListenerReader(PathReader paths, TlsFiles tlsFiles) {
        this.paths = paths;
        this.tlsFiles = tlsFiles;
    }

    /** Returns the listeners without errors. Problems are added for the others. */
    List<Found> read(Section root) {
        Key<List<Found>> listeners = root.required("listeners", Type.list(Type.section(this::listener)));
        if (listeners.place().isList() && listeners.place().list().isEmpty()) {
            listeners.error("is an empty list; nothing would be received");
        }
        return listeners.or(List.of());
    }

    private Optional<Found> listener(Section listener) {
        Key<Peer.Protocol> protocol = listener.required("protocol", Type.word(Peer.Protocol.class));
        Key<InetSocketAddress> address =
                listener.required("address", HostPort.address("127.0.0.1:10024 or [::1]:10024"));
        Peer.Role role = listener.value("role", Type.word(Peer.Role.class), Peer.Role.BOTH);
        Key<Peer.Authors> authors = listener.key("authors", Type.word(Peer.Authors.class));
        Key<ListenerTls> tls = listener.key("tls", Type.section(this::tls));
        Key<SplitRecipients> split = listener.key("splitRecipients", Type.word(SplitRecipients.class));
        Key<List<AddressRange>> proxies = listener.key("proxyProtocol", SPEAKERS);
        Key<List<AddressRange>> xclient = listener.key("xclient", SPEAKERS);
        Speakers speakers = new Speakers(proxies.or(List.of()), xclient.or(List.of()));
        Key<Logins> logins = listener.key("auth", Type.section(this::logins));
        Key<TenantTokens> tokens = listener.key("tenantTokens", Type.section(this::tokens));
        boolean isLmtp = protocol.value().equals(Optional.of(Peer.Protocol.LMTP));
        if (role == Peer.Role.INBOUND) {
            authors.warning("has no effect with role: inbound, where nothing is signed");
        }
        if (isLmtp) {
            split.warning("has no effect over LMTP, where each recipient has a reply");
        }
        if (!tls.isWritten()) {
            logins.error("needs tls: passwords cross the network under TLS alone");
            tokens.warning("without tls anybody on the way reads the values");
        }
        if (role != Peer.Role.BOTH) {
            tokens.error("needs role: both; the value tells whose mail it is");
        }
        if (logins.isWritten()) {
            tokens.error("cannot stand beside auth: users who log in have no rule that writes the field");
        }
        if (role == Peer.Role.RELEASE) {
            release(protocol, address);
            logins.error("cannot stand beside role: release; the key of held mail says who may release it");
            tls.error("cannot stand beside role: release; held mail is released on this machine alone, in clear");
            List.of(proxies, xclient)
                    .forEach(key -> key.error(
                            "cannot stand beside role: release; held mail is released on this machine alone"));
        }
        // RFC 2033 §5: LMTP is not for wide-area networks; without TLS even less so
        if (isLmtp
                && tls.value().isEmpty()
                && address.value()
                        .filter(bound -> !bound.getAddress().isLoopbackAddress())
                        .isPresent()) {
            address.warning("LMTP without TLS on an address that is not loopback");
        }
        return protocol.with(
                address,
                (spoken, bound) -> new Found(
                        address,
                        new Listener(
                                new Peer.Listener(
                                        spoken, role, authors.or(Peer.Authors.REVERSE_PATH), Optional.of(bound)),
                                bound,
                                tls.value(),
                                split.or(SplitRecipients.JOURNAL),
                                speakers,
                                logins.value(),
                                tokens.value()),
                        asksForCertificates(tls)));
    }

    /** Held mail is released on this machine alone, and each recipient has a reply of their own. */
    private static void release(Key<Peer.Protocol> protocol, Key<InetSocketAddress> address) {
        if (!protocol.or(Peer.Protocol.LMTP).equals(Peer.Protocol.LMTP)) {
            protocol.error("must be lmtp with role: release");
        }
        if (address.value()
                .filter(bound -> !bound.getAddress().isLoopbackAddress())
                .isPresent()) {
            address.error("must be a loopback address with role: release");
        }
    }

    /** The files of TLS need not be readable for this, as they are not for the console. */
    private static boolean asksForCertificates(Key<ListenerTls> tls) {
        return tls.place().isMapping()
                && tls.place()
                        .mapping()
                        .flatMap(mapping -> mapping.value("clients"))
                        .isPresent();
    }

    private Optional<TenantTokens> tokens(Section tokens) {
        Key<String> name = tokens.required("name", SecretFiles.FIELD_NAME);
        Key<Secret> submission = tokens.key("submissionFile", SecretFiles.fieldValue(paths));
        Key<Secret> inbound = tokens.key("inboundFile", SecretFiles.fieldValue(paths));
        if (!submission.isWritten() && !inbound.isWritten()) {
            tokens.error("needs submissionFile, inboundFile or both");
        }
        return name.value().map(field -> new TenantTokens(field, submission.value(), inbound.value()));
    }

    Optional<Logins> logins(Section auth) {
        return auth.required("passwords", this::logins).value();
    }

    private Optional<Logins> logins(YamlValue value) {
        return paths.secretFile(value).flatMap(path -> switch (LoginFile.read(path)) {
            case LoginFile.Reading.Read(Logins logins) -> Optional.of(logins);
            case LoginFile.Reading.Wrong(List<String> problems) -> {
                problems.forEach(problem -> value.error(path.getFileName() + ", " + problem));
                yield Optional.empty();
            }
        });
    }

    private Optional<ListenerTls> tls(Section tls) {
        return tls(tls, tls.value("mode", Type.word(TlsMode.class), TlsMode.START_TLS));
    }

    /** Reads {@code tls} of a listener where TLS begins with the connection. */
    Optional<ListenerTls> implicitTls(Section tls) {
        return tls(tls, TlsMode.IMPLICIT);
    }

    private Optional<ListenerTls> tls(Section tls, TlsMode mode) {
        Key<Path> certificate = tls.required("certificate", paths::existingFile);
        Key<Path> key = tls.required("key", paths::secretFile);
        Key<Path> clients = tls.key("clients", paths::existingFile);
        Optional<ListenerTls> files =
                certificate.with(key, (chain, own) -> new ListenerTls(chain, own, mode, clients.value()));
        files.ifPresent(found -> certificate.mustOpen(_ -> tlsFiles.requireServer(found)));
        return files;
    }

    private static final Type<List<AddressRange>> SPEAKERS = Type.section(speakers -> speakers.required(
                    "from",
                    Type.oneOrMore(Type.addressRange()
                            .warning(
                                    range -> range.bits() == 0,
                                    "is every address: anybody may claim to be somebody else")))
            .value());

    /**
     * @param key where the address of the listener stands, for problems that are found later
     * @param asksForCertificates whether {@code tls.clients} is written
     */
    record Found(Key<InetSocketAddress> key, Listener listener, boolean asksForCertificates) {}
}
