package org.postseal.gateway.rollout;

import java.nio.charset.StandardCharsets;
import java.util.List;

/** This side of the way to Exchange: what {@code postseal.yaml} has to say, to be merged by hand. */
public final class GatewaySide {
    private GatewaySide() {}

    /** For a detour of Exchange Online. */
    public static List<RolloutFile> ofTenant(String mailHost, Secrets secrets) {
        HostNames.require(mailHost);
        String yaml = """
                # Into postseal.yaml. Certificate and key name this gateway, the issuers stand behind the certificate;
                # Exchange Online knows us by it, and we know Exchange Online's by its name.
                listeners:
                  - protocol: smtp
                    address: "0.0.0.0:25"
                    role: both
                    tls: { certificate: gateway.pem, key: gateway.key }
                    tenantTokens: { name: %s, submissionFile: submission.token, inboundFile: inbound.token }
                trustedPeers: ["127.0.0.1", "::1"]
                nextHops:
                  tenant: { address: "%s:25", tls: verify, clientCertificate: gateway.pem, clientKey: gateway.key }
                routes:
                  - { hop: tenant }
                loops:
                  keyFile: loop.key
                  exchangeHeader: { name: %s, secretFile: done.token }
                """.formatted(secrets.token(), mailHost, secrets.done().name());
        return List.of(
                RolloutFile.of("gateway.yaml", yaml),
                secret("submission.token", secrets.submission()),
                secret("inbound.token", secrets.inbound()),
                secret("done.token", secrets.done().value()));
    }

    /** For an Exchange Server behind the gateway. */
    public static List<RolloutFile> ofServer(String server, ExchangeServer exchange) {
        HostNames.require(server);
        return List.of(RolloutFile.of("gateway.yaml", """
                # Into postseal.yaml. Let a firewall open the port of users' mail to the Exchange Server alone: what comes there is signed.
                listeners:
                  - { protocol: smtp, address: "0.0.0.0:%d", role: submission, tls: { certificate: gateway.pem, key: gateway.key } }
                  - { protocol: smtp, address: "0.0.0.0:25", role: inbound, tls: { certificate: gateway.pem, key: gateway.key } }
                # The addresses of the Exchange Server, and of the server that speaks to the world
                trustedPeers: ["127.0.0.1"]
                nextHops:
                  exchange: { address: "%s:25", tls: verify }
                  world: { address: "edge.example.com:25", tls: encrypt }
                routes:
                  - { direction: [inbound, internal], hop: exchange }
                  - { hop: world }
                """.formatted(exchange.port(), server)));
    }

    private static RolloutFile secret(String name, String value) {
        return new RolloutFile(name, (value + "\n").getBytes(StandardCharsets.US_ASCII), true);
    }
}
