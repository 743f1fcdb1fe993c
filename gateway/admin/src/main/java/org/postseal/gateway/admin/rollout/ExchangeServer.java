package org.postseal.gateway.admin.rollout;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/**
 * Exchange Server with the gateway between it and the world: a send connector for everything, and a receive connector for what the gateway hands over, which is believed no more than what any server hands over.
 *
 * @param gateway name of the gateway, in the DNS and in its TLS certificate
 * @param port of its listener for our users' mail
 * @param address from which it hands mail over
 */
public record ExchangeServer(String gateway, int port, InetAddress address) {
    /** @throws IllegalArgumentException when a value cannot be meant */
    public ExchangeServer {
        HostNames.require(gateway);
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException("no port: " + port);
        }
        if (!(address instanceof Inet4Address) || address.isAnyLocalAddress()) {
            throw new IllegalArgumentException("no IPv4 address of a machine: " + address.getHostAddress());
        }
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
        back.put("AuthMechanism", "Tls");
        back.put("PermissionGroups", "AnonymousUsers");
        back.put("Enabled", true);
        String from = PowerShell.literal(FROM);
        return ExchangeOnline.script("All mail goes out through the gateway, and what comes is taken from it.", SHELL)
                .line("")
                .comment(
                        "Exchange chooses between connectors for all domains: another one would send mail past the gateway.")
                .line("$others = Get-SendConnector" + PowerShell.STOP + " | Where-Object { $_.Enabled -and $_.Name -ne "
                        + PowerShell.literal(TO)
                        + " -and ($_.AddressSpaces | Where-Object { \"$_\" -match '^(SMTP:)?\\*;' }) }")
                .line(
                        "if ($others) { throw \"Disable first, since they send past the gateway: $($others.Name -join ', ')\" }")
                .line("")
                .comment(
                        "Not between the two halves of a hybrid organisation: their connectors carry fields that are theirs alone.")
                .ensure("SendConnector", TO, there)
                .line("")
                .comment(
                        "For the gateway's address alone. Like any server outside it is believed nothing: mail from the world comes this way too,")
                .comment(
                        "and ExternalAuthoritative would believe the X-MS-Exchange-Organization fields that somebody has written into it.")
                .settings(back)
                .line("$server = $env:COMPUTERNAME")
                .line("if (" + there() + ") {")
                .line("    Set-ReceiveConnector -Identity (\"$server\\\" + " + from + ") @settings" + PowerShell.STOP)
                .line("} else {")
                .line("    New-ReceiveConnector -Name " + from
                        + " -Server $server -TransportRole FrontendTransport -Usage Custom -Bindings '0.0.0.0:25' @settings"
                        + PowerShell.STOP + " | Out-Null")
                .line("}")
                .file();
    }

    private static byte[] removal() {
        return ExchangeOnline.script("Takes the connectors out again, on this server. TNEF stays as it is.", SHELL)
                .line("")
                .absent("SendConnector", TO)
                .line("$server = $env:COMPUTERNAME")
                .line("if (" + there() + ") {")
                .line("    Remove-ReceiveConnector -Identity (\"$server\\\" + " + PowerShell.literal(FROM)
                        + ") -Confirm:$false" + PowerShell.STOP)
                .line("}")
                .file();
    }

    private static String there() {
        return "Get-ReceiveConnector -Server $server" + PowerShell.STOP + " | Where-Object { $_.Name -eq "
                + PowerShell.literal(FROM) + " }";
    }

    private static final String SHELL = "For the Exchange Management Shell, on the server that mail goes through.";
    private static final String TO = "To Postseal";
    private static final String FROM = "From Postseal";
}
