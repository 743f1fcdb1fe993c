package org.postseal.gateway.config;

import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.util.List;
import org.postseal.gateway.config.GatewayConfig.NextHopConfig;
import org.postseal.gateway.config.GatewayConfig.TlsMode;
import org.postseal.policy.yaml.YamlValue;

/** What must hold between keys that are each right by themselves. */
final class ConfigChecks {
    private ConfigChecks() {}

    /** No two listeners on one socket. */
    static void noSocketTwice(List<ListenerReader.Found> listeners) {
        for (int i = 0; i < listeners.size(); i++) {
            ListenerReader.Found later = listeners.get(i);
            listeners.subList(0, i).stream()
                    .filter(earlier -> overlap(
                            earlier.listener().address(), later.listener().address()))
                    .findFirst()
                    .ifPresent(earlier -> later.address()
                            .error("is taken by the listener on line "
                                    + earlier.address().line()));
        }
    }

    /** Mail must not be handed to ourselves, and opened mail needs a channel that may carry it. */
    static void noLoop(List<ListenerReader.Found> listeners, NextHopConfig hop, YamlValue value) {
        listeners.stream()
                .filter(found -> reaches(hop.address(), found.listener().address()))
                .findFirst()
                .ifPresent(found -> value.error(
                        "is our own listener of line " + found.address().line() + ": mail would loop"));
        if (hop.tls() != TlsMode.VERIFY && !isLoopback(hop.address())) {
            value.warning("neither loopback nor tls: verify; mail that was decrypted will be deferred");
        }
    }

    private static boolean overlap(InetSocketAddress one, InetSocketAddress other) {
        return one.getPort() != 0
                && one.getPort() == other.getPort()
                && (one.getAddress().equals(other.getAddress())
                        || one.getAddress().isAnyLocalAddress()
                        || other.getAddress().isAnyLocalAddress());
    }

    private static boolean reaches(InetSocketAddress hop, InetSocketAddress listener) {
        if (hop.getPort() != listener.getPort()) {
            return false;
        }
        InetAddress bound = listener.getAddress();
        return hop.isUnresolved()
                ? isLoopback(hop) && (bound.isLoopbackAddress() || bound.isAnyLocalAddress())
                : hop.getAddress().equals(bound)
                        || (bound.isAnyLocalAddress() && hop.getAddress().isLoopbackAddress());
    }

    private static boolean isLoopback(InetSocketAddress address) {
        return address.isUnresolved()
                ? address.getHostString().equalsIgnoreCase("localhost")
                : address.getAddress().isLoopbackAddress();
    }
}
