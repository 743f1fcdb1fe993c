package org.postseal.gateway.admin.cli.setup;

import java.net.InetSocketAddress;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.stream.Collectors;
import org.postseal.gateway.admin.rollout.GatewaySide;
import org.postseal.gateway.admin.rollout.RolloutFile;
import org.postseal.gateway.admin.rollout.Secrets;
import org.postseal.gateway.config.HostPort;

/**
 * Describes a gateway whose mail servers are on other machines, as docs/howto-relay.md and docs/howto-exchange.md do.
 *
 * @param yaml what {@code postseal.yaml} has in place of the package's listeners and next hop
 * @param secrets files that this text names; those that are there already keep their values
 * @param mayStart whether the service has everything that it needs to start
 * @param next what a person has to do before mail comes
 */
record RemoteWay(String yaml, List<RolloutFile> secrets, boolean mayStart, List<String> next) {
    /** @param peers the servers that send mail here */
    static RemoteWay relay(InetSocketAddress hop, List<String> peers, SetupPorts ports) {
        int users = ports.number(SetupPorts.SUBMISSION);
        int outside = ports.number(SetupPorts.INBOUND);
        String yaml = """
            # Let a firewall open the first port to the server of your users alone: what comes there is signed.
            listeners:
              - { protocol: smtp, address: "0.0.0.0:%d", role: submission, tls: { certificate: %3$s, key: %4$s } }
              - { protocol: smtp, address: "0.0.0.0:%d", role: inbound, tls: { certificate: %3$s, key: %4$s } }
            trustedPeers: ["127.0.0.1", "::1", %5$s]   # they may send to anybody

            # Mail that was opened goes over verified TLS only; trust: FILE for an authority that is not a public one
            nextHop: { address: "%6$s", tls: verify }
            """.formatted(
                        users,
                        outside,
                        CERTIFICATE,
                        KEY,
                        peers.stream().map(each -> "\"" + each + "\"").collect(Collectors.joining(", ")),
                        HostPort.text(hop));
        return new RemoteWay(
                yaml,
                List.of(),
                true,
                List.of(
                        "let the server of your users send to port " + users + ", and what takes mail from outside to"
                                + " port " + outside + ": docs/howto-relay.md",
                        "let a firewall open port " + users + " to the first alone: what comes there is signed"));
    }

    /**
     * Takes the gateway's side as {@code postseal exchange online} writes it.
     *
     * @throws IllegalArgumentException when the text is no name of a host
     */
    static RemoteWay exchangeOnline(String mailHost, SetupPlaces places, SetupPorts ports) {
        List<RolloutFile> files = GatewaySide.ofTenant(mailHost, Secrets.fresh());
        String yaml = new String(files.getFirst().octets(), StandardCharsets.UTF_8)
                .replace("# Into postseal.yaml. ", "# ")
                .replace("\"0.0.0.0:25\"", "\"0.0.0.0:" + ports.number(SetupPorts.INBOUND) + "\"");
        List<RolloutFile> secrets = new ArrayList<>(files.subList(1, files.size()));
        secrets.add(new RolloutFile("loop.key", Secrets.line(), true));
        return new RemoteWay(
                yaml,
                secrets,
                false,
                List.of(
                        "let the service listen at port 25 (docs/howto-systemd.md), and start it: systemctl enable"
                                + " --now " + Service.UNIT,
                        "write the tenant's scripts: postseal exchange online --mail-host " + mailHost
                                + " --without-policy --out exchange -c " + places.config()
                                + "; docs/howto-exchange.md says more"));
    }

    /** The files with the certificate that the gateway shows and its key lie beside {@code postseal.yaml}. */
    static final String CERTIFICATE = "gateway.pem";

    static final String KEY = "gateway.key";
}
