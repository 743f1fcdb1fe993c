package org.postseal.gateway.config;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.postseal.certstore.Domain;
import org.postseal.gateway.config.GatewayConfig.ListenerTls;
import org.postseal.gateway.mail.login.Logins;

/**
 * Where {@code postseal console} shows its pages, and to whom. A visitor must have everything that is demanded: a
 * certificate, a password, or both.
 *
 * @param address of the HTTP listener; port 0 is any free one
 * @param hosts names and addresses under which it is called, in lower case, besides those of this machine
 * @param tls begins with the connection; with {@code clients} a visitor needs a certificate
 * @param logins users who may look; everybody who reaches the address when empty
 */
public record ConsoleConfig(
        InetSocketAddress address, Set<String> hosts, Optional<ListenerTls> tls, Optional<Logins> logins) {
    /** A port of this machine alone, beside that of the figures. */
    public static final ConsoleConfig DEFAULT = new ConsoleConfig(
            new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 9726),
            Set.of(),
            Optional.empty(),
            Optional.empty());

    public ConsoleConfig {
        hosts = Set.copyOf(hosts);
    }

    /** Reads {@code console}. */
    static ConsoleConfig read(
            Section console, ListenerReader files, List<ListenerReader.Found> listeners, MetricsConfig metrics) {
        Key<InetSocketAddress> address = console.key("address", HostPort.address("127.0.0.1:9726"));
        Key<List<String>> hosts = console.key(
                "hosts", Type.oneOrMore(Type.text("a host name or IP address, without a port", ConsoleConfig::host)));
        Key<ListenerTls> tls = console.key("tls", Type.section(files::implicitTls));
        Key<Logins> logins = console.key("auth", Type.section(files::logins));
        address.value().ifPresent(bound -> {
            ConfigChecks.notTaken(address, bound, listeners);
            if (metrics.address().equals(Optional.of(bound))) {
                address.error("is that of metrics.address");
            }
            if (!bound.getAddress().isLoopbackAddress()) {
                mustGuard(address, tls, logins);
            }
        });
        return new ConsoleConfig(
                address.or(DEFAULT.address), Set.copyOf(hosts.or(List.of())), tls.value(), logins.value());
    }

    // What is written and wrong has a problem of its own
    private static void mustGuard(Key<InetSocketAddress> address, Key<ListenerTls> tls, Key<Logins> logins) {
        boolean asksForCertificates = tls.isWritten()
                && tls.value()
                        .map(ListenerTls::clients)
                        .map(Optional::isPresent)
                        .orElse(true);
        if (!logins.isWritten() && !asksForCertificates) {
            address.error(
                    "is not loopback: needs auth, or tls with clients, so that not everybody reads who writes to whom");
        }
        if (!tls.isWritten()) {
            address.error("is not loopback: needs tls, passwords and addresses cross the network otherwise");
        }
    }

    /** Reads a host as a browser writes it into Host: an IPv6 address in brackets. */
    private static Optional<String> host(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        if (lower.matches("\\[[0-9a-f:.]+]") || lower.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}")) {
            return Optional.of(lower);
        }
        return Domain.parse(lower).filter(_ -> !lower.startsWith("[")).map(Domain::ascii);
    }

    /** Whether a visitor has to show who they are. */
    public boolean isGuarded() {
        return logins.isPresent() || tls.flatMap(ListenerTls::clients).isPresent();
    }
}
