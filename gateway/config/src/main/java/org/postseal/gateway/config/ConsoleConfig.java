package org.postseal.gateway.config;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.Optional;
import java.util.Set;
import org.postseal.gateway.config.GatewayConfig.ListenerTls;
import org.postseal.gateway.mail.login.Logins;

/**
 * Where {@code postseal console} shows its pages, and to whom. Everything that is demanded of a visitor he must have: a certificate, a password, or both.
 *
 * @param address of the HTTP listener; port 0 is any free one
 * @param hosts names and addresses under which it is called, in lower case; besides those of this machine itself
 * @param tls begins with the connection; with {@code clients} a visitor needs a certificate
 * @param logins who may look; anybody who reaches it when empty
 */
public record ConsoleConfig(
        InetSocketAddress address, Set<String> hosts, Optional<ListenerTls> tls, Optional<Logins> logins) {
    /** This machine alone, beside the figures. */
    public static final ConsoleConfig DEFAULT = new ConsoleConfig(
            new InetSocketAddress(InetAddress.ofLiteral("127.0.0.1"), 9726),
            Set.of(),
            Optional.empty(),
            Optional.empty());

    public ConsoleConfig {
        hosts = Set.copyOf(hosts);
    }

    /** Whether somebody has to show who he is. */
    public boolean isGuarded() {
        return logins.isPresent() || tls.flatMap(ListenerTls::clients).isPresent();
    }
}
