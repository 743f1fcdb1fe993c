package org.postseal.gateway.rollout;

import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Exchange Server with the gateway between it and the world: a send connector for everything, and a receive connector for what the gateway hands over.
 *
 * @param gateway name of the gateway, in the DNS and in its TLS certificate
 * @param port of its listener for our users' mail
 * @param address from which it hands mail over
 */
public record ExchangeServer(String gateway, int port, InetAddress address) {
    /** @throws IllegalArgumentException when a value cannot be meant */
    public ExchangeServer {
        HostNames.require(gateway);
    }

    /** Connectors, what has to be said of TNEF, and {@code remove.ps1}. */
    public List<RolloutFile> scripts() {
        return List.of(
                RolloutFile.of("connectors.ps1", connectors()),
                RolloutFile.of("tnef.ps1", ExchangeOnline.tnef(SHELL)),
                RolloutFile.of("remove.ps1", removal()));
    }

    /** {@code README.md}: what each file is for, in the order in which they are run. */
    public RolloutFile page(List<RolloutFile> files) {
        return BundlePage.of(
                "Exchange Server behind the gateway " + gateway,
                "Mail that leaves goes to the gateway, and the gateway hands over what comes and what is for somebody here.",
                files);
    }

    private byte[] connectors() {
        Map<String, Object> there = new LinkedHashMap<>();
        there.put("AddressSpaces", List.of("*"));
        there.put("SmartHosts", List.of(gateway));
        there.put("Port", port);
        there.put("DNSRoutingEnabled", false);
        there.put("RequireTLS", true);
        there.put("TlsAuthLevel", "DomainValidation");
        there.put("TlsDomain", gateway);
        there.put("Enabled", true);
        Map<String, Object> back = new LinkedHashMap<>();
        back.put("RemoteIPRanges", List.of(address.getHostAddress()));
        back.put("AuthMechanism", "Tls,ExternalAuthoritative");
        back.put("PermissionGroups", "ExchangeServers");
        back.put("Enabled", true);
        return ExchangeOnline.script(
                        "All mail goes out through the gateway, and what it hands over is believed.", SHELL)
                .line("")
                .comment(
                        "Not between the two halves of a hybrid organisation: their connectors carry fields that are theirs alone.")
                .ensure("SendConnector", TO, there)
                .line("")
                .comment(
                        "For the gateway's address alone. Whoever may send from there is believed like one of your own servers.")
                .settings(back)
                .line("$server = $env:COMPUTERNAME")
                .line("if (Get-ReceiveConnector -Server $server | Where-Object { $_.Name -eq "
                        + PowerShell.literal(FROM) + " }) {")
                .line("    Set-ReceiveConnector -Identity (\"$server\\\" + " + PowerShell.literal(FROM) + ") @settings")
                .line("} else {")
                .line(
                        "    New-ReceiveConnector -Name " + PowerShell.literal(FROM)
                                + " -Server $server -TransportRole FrontendTransport -Usage Custom -Bindings '0.0.0.0:25' @settings | Out-Null")
                .line("}")
                .file();
    }

    private static byte[] removal() {
        return ExchangeOnline.script("Takes the connectors out again. TNEF stays as it is.", SHELL)
                .line("")
                .absent("SendConnector", TO)
                .absent("ReceiveConnector", FROM)
                .file();
    }

    private static final String SHELL = "For the Exchange Management Shell, on the server that mail goes through.";
    private static final String TO = "To Postseal";
    private static final String FROM = "From Postseal";
}
