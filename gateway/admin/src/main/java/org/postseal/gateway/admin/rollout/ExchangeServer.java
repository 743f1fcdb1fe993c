package org.postseal.gateway.admin.rollout;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.List;

/**
 * Exchange Server with the gateway between it and the Internet. A send connector takes all mail to the gateway. A
 * receive connector takes what the gateway hands over and trusts it no more than mail of any other server.
 *
 * @param gateway the name of the gateway in the DNS and in its TLS certificate
 * @param port the port of the gateway's listener for mail of our users
 * @param address the IPv4 address from which the gateway hands mail over
 */
public record ExchangeServer(String gateway, int port, InetAddress address) {
    /** @throws IllegalArgumentException when a value makes no sense */
    public ExchangeServer {
        HostNames.require(gateway);
        if (port < 1 || port > 65535) {
            throw new IllegalArgumentException("no port: " + port);
        }
        if (!(address instanceof Inet4Address) || address.isAnyLocalAddress()) {
            throw new IllegalArgumentException("no IPv4 address of a machine: " + address.getHostAddress());
        }
    }

    /** Returns the scripts in the order in which they are run; {@code remove.ps1} undoes the others. */
    public List<RolloutFile> scripts() {
        return List.of(
                RolloutFile.script("connectors.ps1", to -> JteserverconnectorsGenerated.render(to, null, this)),
                RolloutFile.script("tnef.ps1", to -> JtetnefGenerated.render(to, null, SHELL)),
                RolloutFile.script("remove.ps1", to -> JteserverremoveGenerated.render(to, null)));
    }

    /** Returns {@code README.md}, which says what each file is for, in the order in which they are run. */
    public RolloutFile page(List<RolloutFile> files) {
        return BundlePage.of(
                "Exchange Server behind the gateway " + gateway,
                "Mail that leaves goes to the gateway,"
                        + " and the gateway hands over incoming mail and mail for users here.",
                files);
    }

    private static final String SHELL = "For the Exchange Management Shell, on the server that mail goes through.";
}
