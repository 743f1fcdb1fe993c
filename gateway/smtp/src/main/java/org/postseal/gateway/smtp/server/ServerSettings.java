package org.postseal.gateway.smtp.server;

import java.net.InetSocketAddress;
import java.time.Clock;
import java.util.Optional;
import org.postseal.gateway.config.GatewayConfig;
import org.postseal.gateway.config.SessionLimits;
import org.postseal.gateway.mail.Peer;
import org.postseal.gateway.mail.Spool;
import org.postseal.gateway.mail.TenantTokens;
import org.postseal.gateway.mail.login.Logins;

/**
 * Holds the settings of one listener.
 *
 * @param hostName in greetings
 * @param listener as configured; port 0 takes a free one
 * @param rights which peers may speak for other clients
 * @param limits what a peer may send, how long it is waited for, and how many errors it may make
 * @param tls offered by STARTTLS, or begun with, if present
 * @param spools where message data goes
 * @param clock the time in envelopes; timeouts run by the machine's own
 */
public record ServerSettings(
        String hostName,
        GatewayConfig.Listener listener,
        PeerRights rights,
        GatewayConfig.Limits limits,
        Optional<ServerTls> tls,
        Spool.Factory spools,
        Clock clock) {
    Peer.Protocol protocol() {
        return listener.protocol();
    }

    /** Returns the role that is handed on in each envelope's peer. */
    Peer.Role role() {
        return listener.role();
    }

    InetSocketAddress bindAddress() {
        return listener.address();
    }

    /** Returns the users who may log in; AUTH is offered under TLS if they are present. */
    Optional<Logins> logins() {
        return listener.logins();
    }

    /** Returns the values of which each message must show one, if there are any. */
    Optional<TenantTokens> tenantTokens() {
        return listener.tenantTokens();
    }

    /** Says whether recipients of several domains are taken at once over SMTP. */
    GatewayConfig.SplitRecipients splitRecipients() {
        return listener.splitRecipients();
    }

    SessionLimits sessionLimits() {
        return limits.session();
    }
}
