package org.postseal.gateway.admin.cli.postfix;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.postseal.gateway.config.GatewayConfig;
import org.postseal.gateway.config.NextHopConfig.Target;

/**
 * The addresses where the gateway takes mail and where it hands mail on.
 *
 * @param listeners the listeners that Postfix may send to
 * @param nextHops the next hops on this machine
 */
public record GatewayPlaces(List<InetSocketAddress> listeners, List<InetSocketAddress> nextHops) {
    /** Leaves out next hops on other machines, since what listens there is not this Postfix. */
    public static GatewayPlaces of(GatewayConfig config) {
        return new GatewayPlaces(
                config.listeners().stream().map(GatewayConfig.Listener::address).toList(),
                config.nextHops().hops().stream()
                        .flatMap(hop -> switch (hop.target()) {
                            case Target.Addresses(List<InetSocketAddress> addresses) -> addresses.stream();
                            case Target.MailExchangers _ -> Stream.empty();
                        })
                        .filter(GatewayPlaces::isHere)
                        .toList());
    }

    /**
     * Returns the transports in a value such as {@code gateway:[127.0.0.1]:10024} that lead to a listener. The name is
     * empty if the value names no transport.
     */
    List<String> transportsTo(String value) {
        return DESTINATION
                .matcher(value)
                .results()
                .filter(found -> isListener(found.group(2) == null ? found.group(3) : found.group(2), found.group(4)))
                .map(found -> found.group(1) == null ? "" : found.group(1))
                .toList();
    }

    /** Returns whether the gateway hands mail to this service of {@code master.cf}. */
    boolean isNextHop(PostfixSettings.Service service) {
        return service.type().equals("inet")
                && nextHops.stream()
                        .anyMatch(hop -> String.valueOf(hop.getPort()).equals(service.port())
                                && (service.host().isEmpty() || isSame(hop, service.host())));
    }

    /** Returns whether only this machine can reach a service at this host. */
    static boolean isLoopback(String host) {
        Matcher plain = V4_LOOPBACK.matcher(host);
        return plain.matches() || host.equals("::1") || host.equalsIgnoreCase("localhost");
    }

    private boolean isListener(String host, String port) {
        return listeners.stream()
                .anyMatch(listener -> String.valueOf(listener.getPort()).equals(port)
                        && (listener.getAddress().isAnyLocalAddress() || isSame(listener, host)));
    }

    private static boolean isSame(InetSocketAddress address, String host) {
        return address.isUnresolved()
                ? address.getHostString().equalsIgnoreCase(host)
                        || (isLoopback(address.getHostString()) && isLoopback(host))
                : address.getAddress().getHostAddress().equals(host)
                        || (address.getAddress().isLoopbackAddress() && isLoopback(host));
    }

    private static boolean isHere(InetSocketAddress hop) {
        if (hop.isUnresolved()) {
            return isLoopback(hop.getHostString());
        }
        InetAddress address = hop.getAddress();
        try {
            return address.isLoopbackAddress() || NetworkInterface.getByInetAddress(address) != null;
        } catch (IOException unknown) {
            return false;
        }
    }

    private static final Pattern DESTINATION =
            Pattern.compile("(?:([A-Za-z][A-Za-z0-9_.-]*):)?(?:(?:inet:)?\\[([^\\]]+)]|([A-Za-z0-9.-]+)):(\\d+)");
    private static final Pattern V4_LOOPBACK = Pattern.compile("127(\\.[0-9]{1,3}){3}");
}
