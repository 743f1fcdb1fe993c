package org.postseal.gateway.config;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.nio.file.Path;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import org.postseal.certstore.Domain;
import org.postseal.gateway.config.GatewayConfig.ListenerTls;
import org.postseal.gateway.mail.login.Logins;

/**
 * Where {@code postseal console} shows its pages, and to whom. A visitor must show everything that is demanded: a
 * certificate, a password, or both.
 *
 * @param address address of the HTTP listener; port 0 takes any free port
 * @param hosts names and addresses that browsers may put into Host, in lower case, besides those of this machine
 * @param tls TLS that begins with the connection; with {@code clients} a visitor needs a certificate
 * @param fleet folder with the gathered logs of a fleet, with a folder for each gateway; if empty, the log of this
 * gateway is shown
 * @param logins users who may see the pages; if empty, no password is demanded
 */
public record ConsoleConfig(
        InetSocketAddress address,
        Set<String> hosts,
        Optional<ListenerTls> tls,
        Optional<Logins> logins,
        Optional<Path> fleet) {
    /** The default: a port that only this machine can reach, next to the port of the metrics. */
    public static final ConsoleConfig DEFAULT = new ConsoleConfig(
            new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 9726),
            Set.of(),
            Optional.empty(),
            Optional.empty(),
            Optional.empty());

    public ConsoleConfig {
        hosts = Set.copyOf(hosts);
    }

    static ConsoleConfig read(
            Section console,
            ListenerReader files,
            PathReader folders,
            List<ListenerReader.Found> listeners,
            MetricsConfig metrics) {
        Key<InetSocketAddress> address = console.key("address", HostPort.address("127.0.0.1:9726"));
        Key<List<String>> hosts = console.key(
                "hosts", Type.oneOrMore(Type.text("a host name or IP address, without a port", ConsoleConfig::host)));
        Key<ListenerTls> tls = console.key("tls", Type.section(files::implicitTls));
        Key<Logins> logins = console.key("auth", Type.section(files::logins));
        Key<Path> fleet = console.key("fleet", folders::existingDirectory);
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
                address.or(DEFAULT.address),
                Set.copyOf(hosts.or(List.of())),
                tls.value(),
                logins.value(),
                fleet.value());
    }

    // A key that is written with a wrong value has a problem of its own already
    private static void mustGuard(Key<InetSocketAddress> address, Key<ListenerTls> tls, Key<Logins> logins) {
        boolean asksForCertificates = tls.isWritten()
                && tls.value()
                        .map(ListenerTls::clients)
                        .map(Optional::isPresent)
                        .orElse(true);
        if (!logins.isWritten() && !asksForCertificates) {
            address.error("is not loopback: needs auth, or tls with clients,"
                    + " since otherwise everybody can read who writes to whom");
        }
        if (!tls.isWritten()) {
            address.error("is not loopback: needs tls, since passwords and addresses would cross the network in clear");
        }
    }

    /** Reads a host as a browser writes it into the Host field, with an IPv6 address in brackets. */
    private static Optional<String> host(String text) {
        String lower = text.toLowerCase(Locale.ROOT);
        if (lower.matches("\\[[0-9a-f:.]+]") || lower.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}")) {
            return Optional.of(lower);
        }
        return Domain.parse(lower).filter(_ -> !lower.startsWith("[")).map(Domain::ascii);
    }

    /** Returns true if a visitor must show a certificate or a password. */
    public boolean isGuarded() {
        return logins.isPresent() || tls.flatMap(ListenerTls::clients).isPresent();
    }
}
