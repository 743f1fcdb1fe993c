package org.postseal.gateway.admin.rollout;

import java.net.InetAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;

/**
 * Writes the part of {@code postseal.yaml} that a connection with Exchange needs. An administrator merges it by hand.
 */
public final class GatewaySide {
    private GatewaySide() {}

    /** Returns the files for a detour of Exchange Online through the gateway. */
    public static List<RolloutFile> ofTenant(String mailHost, Secrets secrets) {
        HostNames.require(mailHost);
        String files = secrets.submission()
                        .map(_ -> ", submissionFile: submission.token")
                        .orElse("")
                + secrets.inbound().map(_ -> ", inboundFile: inbound.token").orElse("");
        String yaml =
                """
                # Into postseal.yaml. Certificate and key name this gateway, \
                the issuers stand behind the certificate: Exchange Online
                # knows us by it, and we know Exchange Online by its name. \
                Let a firewall open the port to Microsoft's networks alone.
                listeners:
                  - protocol: smtp
                    address: "0.0.0.0:25"
                    role: both
                    authors: any
                    tls: { certificate: gateway.pem, key: gateway.key }
                    tenantTokens: { name: %s%s }
                trustedPeers: ["127.0.0.1", "::1"]
                # A retry comes from another address
                upstreams:
                  exchange-online: { listeners: "0.0.0.0:25" }
                nextHops:
                  tenant: { address: "%s:25", tls: verify, clientCertificate: gateway.pem, clientKey: gateway.key }
                routes:
                  - { hop: tenant }
                loops:
                  keyFile: loop.key
                  exchangeHeader: { name: %s, secretFile: done.token }
                """.formatted(secrets.token(), files, mailHost, secrets.done().name());
        List<RolloutFile> all = new ArrayList<>(List.of(RolloutFile.of("gateway.yaml", yaml)));
        secrets.submission().ifPresent(value -> all.add(secret("submission.token", value)));
        secrets.inbound().ifPresent(value -> all.add(secret("inbound.token", value)));
        all.add(secret("done.token", secrets.done().value()));
        return all;
    }

    /**
     * Returns the files for an Exchange Server behind the gateway.
     *
     * @param server the name of the Exchange Server, also in its certificate
     * @param address the address from which the Exchange Server sends
     * @param world the host that exchanges mail with the Internet
     */
    public static List<RolloutFile> ofServer(
            String server, InetAddress address, String world, ExchangeServer exchange) {
        HostNames.require(server);
        HostNames.require(world);
        return List.of(RolloutFile.of(
                "gateway.yaml", """
                # Into postseal.yaml. Let a firewall open the first port to the Exchange Server alone: \
                what comes there is signed.
                listeners:
                  - { protocol: smtp, address: "0.0.0.0:%d", role: submission, authors: any, \
                tls: { certificate: gateway.pem, key: gateway.key } }
                  - { protocol: smtp, address: "0.0.0.0:25", role: inbound, \
                tls: { certificate: gateway.pem, key: gateway.key } }
                trustedPeers: ["127.0.0.1", "::1", "%s"]
                nextHops:
                  exchange: { address: "%s:25", tls: verify }
                  world: { address: "%s:25", tls: encrypt }
                routes:
                  - { direction: [inbound, internal], hop: exchange }
                  - { hop: world }
                """.formatted(exchange.port(), address.getHostAddress(), server, world)));
    }

    private static RolloutFile secret(String name, String value) {
        return new RolloutFile(name, (value + "\n").getBytes(StandardCharsets.US_ASCII), true);
    }
}
