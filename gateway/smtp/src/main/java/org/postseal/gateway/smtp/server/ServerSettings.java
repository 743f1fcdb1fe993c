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
 * @param role handed on in each envelope's peer
 * @param bindAddress port 0 takes a free one
 * @param rights which peers may speak for other clients
 * @param limits what a peer may send
 * @param tls offered by STARTTLS, or begun with, if present
 * @param logins if present, AUTH is offered under TLS
 * @param spools where message data goes
 * @param sessionLimits how long a peer is waited for, and how many errors it may make
 * @param tenantTokens what each message must show, if present
 * @param splitRecipients whether recipients of several domains are taken at once over SMTP
 * @param clock the time in envelopes; timeouts run by the machine's own
 */
public record ServerSettings(
        String hostName,
        Peer.Protocol protocol,
        Peer.Role role,
        InetSocketAddress bindAddress,
        PeerRights rights,
        GatewayConfig.Limits limits,
        Optional<ServerTls> tls,
        Optional<Logins> logins,
        Optional<TenantTokens> tenantTokens,
        Spool.Factory spools,
        SessionLimits sessionLimits,
        GatewayConfig.SplitRecipients splitRecipients,
        Clock clock) {}
