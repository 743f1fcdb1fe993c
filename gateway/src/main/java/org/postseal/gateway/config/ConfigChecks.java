package org.postseal.gateway.config;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import java.util.Optional;
import org.postseal.gateway.config.GatewayConfig.NextHopConfig;
import org.postseal.policy.yaml.YamlValue;

/** What must hold between keys that are each right by themselves. */
final class ConfigChecks {
    private ConfigChecks() {}

    /** No two listeners on one socket. */
    static void noSocketTwice(List<ListenerReader.Found> listeners) {
        for (int i = 0; i < listeners.size(); i++) {
            ListenerReader.Found later = listeners.get(i);
            takenBy(later.listener().address(), listeners.subList(0, i))
                    .ifPresent(earlier -> later.address()
                            .error("is taken by the listener on line "
                                    + earlier.address().line()));
        }
    }

    /** The listener that is on this socket already. */
    static Optional<ListenerReader.Found> takenBy(InetSocketAddress address, List<ListenerReader.Found> listeners) {
        return listeners.stream()
                .filter(found -> overlap(found.listener().address(), address))
                .findFirst();
    }

    /** Mail must not be handed to ourselves, and opened mail needs a channel that may carry it. */
    static void noLoop(List<ListenerReader.Found> listeners, NextHopConfig hop, YamlValue value) {
        listeners.stream()
                .filter(found -> reaches(hop, found.listener().address()))
                .findFirst()
                .ifPresent(found -> value.error(
                        "is our own listener of line " + found.address().line() + ": mail would loop"));
        if (!hop.mayCarryOpened()) {
            value.warning("neither loopback nor tls: verify; encrypted mail will not be opened");
        }
    }

    private static boolean overlap(InetSocketAddress one, InetSocketAddress other) {
        return one.getPort() != 0
                && one.getPort() == other.getPort()
                && (one.getAddress().equals(other.getAddress())
                        || one.getAddress().isAnyLocalAddress()
                        || other.getAddress().isAnyLocalAddress());
    }

    private static boolean reaches(NextHopConfig hop, InetSocketAddress listener) {
        InetSocketAddress target = hop.address();
        if (target.getPort() != listener.getPort()) {
            return false;
        }
        InetAddress bound = listener.getAddress();
        return target.isUnresolved()
                ? hop.isLoopback() && (bound.isLoopbackAddress() || bound.isAnyLocalAddress())
                : target.getAddress().equals(bound) || (bound.isAnyLocalAddress() && hop.isLoopback());
    }
}
