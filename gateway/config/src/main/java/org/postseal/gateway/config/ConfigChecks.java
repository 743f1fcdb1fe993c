package org.postseal.gateway.config;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.HashSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;
import java.util.stream.Stream;
import org.postseal.certstore.Secret;
import org.postseal.gateway.mail.Peer;
import org.postseal.gateway.mail.TenantTokens;
import org.postseal.policy.yaml.YamlValue;

/** Checks what must hold between keys of several sections. */
final class ConfigChecks {
    private ConfigChecks() {}

    /**
     * Refuses a secret that is used for two purposes. The value of {@code loops.exchangeHeader} leaves with copies of
     * mail, and another tenant knows its own values: neither may make mail count as ours.
     */
    static void noSecretTwice(List<ListenerReader.Found> listeners, LoopConfig loops) {
        Set<Secret> known = new HashSet<>();
        loops.exchangeHeader().ifPresent(header -> known.add(header.value()));
        for (ListenerReader.Found found : listeners) {
            Optional<TenantTokens> tokens = found.listener().tenantTokens();
            Stream.concat(
                            tokens.flatMap(TenantTokens::submission).stream(),
                            tokens.flatMap(TenantTokens::inbound).stream())
                    .filter(secret -> !known.add(secret))
                    .reduce((_, last) -> last)
                    .ifPresent(_ -> found.key()
                            .error("a value of tenantTokens is used twice, or is that of loops.exchangeHeader"));
            tokens.map(TenantTokens::field)
                    .filter(name -> loops.exchangeHeader()
                            .filter(header -> header.name().equalsIgnoreCase(name))
                            .isPresent())
                    .ifPresent(_ -> found.key().error("tenantTokens.name is that of loops.exchangeHeader"));
        }
    }

    /** Refuses a listener for released mail where no mail is held. */
    static void noReleaseOfNothing(List<ListenerReader.Found> listeners, boolean isHeld) {
        listeners.stream()
                .filter(found -> !isHeld && found.listener().role() == Peer.Role.RELEASE)
                .forEach(found -> found.key().error("has role: release, which needs the section held"));
    }

    static void noSocketTwice(List<ListenerReader.Found> listeners) {
        for (int i = 0; i < listeners.size(); i++) {
            ListenerReader.Found later = listeners.get(i);
            notTaken(later.key(), later.listener().address(), listeners.subList(0, i));
        }
    }

    /** Refuses an address on which one of the listeners is bound already. */
    static void notTaken(Key<?> key, InetSocketAddress address, List<ListenerReader.Found> listeners) {
        listeners.stream()
                .filter(found -> overlap(found.listener().address(), address))
                .findFirst()
                .ifPresent(found -> key.error("is taken by the listener on line "
                        + found.key().place().line()));
    }

    /** Refuses a next hop at one of our own listeners. */
    static void noLoop(List<ListenerReader.Found> listeners, InetSocketAddress target, YamlValue value) {
        listeners.stream()
                .filter(found -> reaches(target, found.listener().address()))
                .findFirst()
                .ifPresent(found -> value.error(
                        "is our own listener of line " + found.key().place().line() + ": mail would loop"));
    }

    private static boolean overlap(InetSocketAddress one, InetSocketAddress other) {
        return one.getPort() != 0
                && one.getPort() == other.getPort()
                && (one.getAddress().equals(other.getAddress())
                        || one.getAddress().isAnyLocalAddress()
                        || other.getAddress().isAnyLocalAddress());
    }

    private static boolean reaches(InetSocketAddress target, InetSocketAddress listener) {
        if (target.getPort() != listener.getPort()) {
            return false;
        }
        InetAddress bound = listener.getAddress();
        boolean isLoopback = NextHopConfig.isLoopback(target);
        return target.isUnresolved()
                ? isLoopback && (bound.isLoopbackAddress() || bound.isAnyLocalAddress())
                : target.getAddress().equals(bound) || (bound.isAnyLocalAddress() && isLoopback);
    }
}
