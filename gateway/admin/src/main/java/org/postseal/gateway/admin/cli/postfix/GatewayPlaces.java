package org.postseal.gateway.admin.cli.postfix;

import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.NetworkInterface;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.regex.MatchResult;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Collectors;
import java.util.stream.Stream;
import org.postseal.gateway.config.GatewayConfig;
import org.postseal.gateway.config.NextHopConfig.Target;
import org.postseal.gateway.mail.Peer;

/**
 * The addresses where the gateway takes mail and where it hands mail on.
 *
 * @param listeners the listeners that Postfix may send to
 * @param nextHops the next hops on this machine
 * @param largest the octets of the largest message that the gateway takes
 */
public record GatewayPlaces(List<Listener> listeners, List<InetSocketAddress> nextHops, long largest) {
    /** Where the gateway takes mail, whose, and over what. */
    public record Listener(InetSocketAddress address, Peer.Role role, Peer.Protocol protocol) {}

    /**
     * A way to a listener that a setting of Postfix names.
     *
     * @param transport the name of the transport; empty if the setting names none
     */
    record Way(String transport, Listener listener) {}

    /** Leaves out next hops on other machines, since what listens there is not this Postfix. */
    public static GatewayPlaces of(GatewayConfig config) {
        return new GatewayPlaces(
                config.listeners().stream()
                        .map(each -> new Listener(each.address(), each.role(), each.protocol()))
                        .toList(),
                config.nextHops().hops().stream()
                        .flatMap(hop -> switch (hop.target()) {
                            case Target.Addresses(List<InetSocketAddress> addresses) -> addresses.stream();
                            case Target.MailExchangers _ -> Stream.empty();
                        })
                        .filter(GatewayPlaces::isHere)
                        .toList(),
                config.limits().message().octets());
    }

    /** Returns the ways to listeners in a value such as {@code gateway:[127.0.0.1]:10024}. */
    List<Way> ways(String value) {
        return DESTINATION
                .matcher(value)
                .results()
                .flatMap(found ->
                        reached(found).map(listener -> new Way(found.group(1) == null ? "" : found.group(1), listener)))
                .toList();
    }

    /** Returns the roles of the listeners that the transports and addresses in a value lead to. */
    Set<Peer.Role> rolesAt(String value) {
        return ways(value).stream().map(way -> way.listener().role()).collect(Collectors.toSet());
    }

    /** Returns an address of a listener with this role, such as {@code [127.0.0.1]:10025}. */
    public Optional<String> addressOf(Peer.Role role) {
        return listeners.stream()
                .filter(listener -> listener.role() == role)
                .map(Listener::address)
                .map(address -> "[" + host(address) + "]:" + address.getPort())
                .findFirst();
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

    private Stream<Listener> reached(MatchResult destination) {
        String host = destination.group(2) == null ? destination.group(3) : destination.group(2);
        return listeners.stream()
                .filter(listener -> String.valueOf(listener.address().getPort()).equals(destination.group(4))
                        && (listener.address().getAddress().isAnyLocalAddress() || isSame(listener.address(), host)));
    }

    private static String host(InetSocketAddress address) {
        return address.getAddress().isAnyLocalAddress()
                ? "127.0.0.1"
                : address.getAddress().getHostAddress();
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
