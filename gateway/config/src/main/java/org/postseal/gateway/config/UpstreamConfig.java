package org.postseal.gateway.config;

import java.net.InetSocketAddress;
import java.util.List;
import java.util.function.BiPredicate;
import org.postseal.certstore.AddressRange;
import org.postseal.gateway.mail.Peer;

/**
 * Names an MTA, or a pool of them. A peer fits if each list that is not empty has an entry for the peer.
 *
 * @param name what stands in the key of the journal in place of the peer's address
 * @param listeners addresses of listeners, as configured, where the peer comes in
 * @param networks where the client's own address lies
 * @param certificates subjects of client certificates in the form of RFC 2253
 */
public record UpstreamConfig(
        String name, List<InetSocketAddress> listeners, List<AddressRange> networks, List<String> certificates) {
    public UpstreamConfig {
        listeners = List.copyOf(listeners);
        networks = List.copyOf(networks);
        certificates = List.copyOf(certificates);
    }

    /** Returns true if the peer is this upstream. What a peer says by XFORWARD is about others and does not count. */
    public boolean fits(Peer peer) {
        return (listeners.isEmpty()
                        || peer.listener().address().filter(listeners::contains).isPresent())
                && (networks.isEmpty()
                        || peer.knownAddress()
                                .filter(address -> networks.stream().anyMatch(network -> network.contains(address)))
                                .isPresent())
                && (certificates.isEmpty()
                        || peer.tls()
                                .flatMap(Peer.Tls::clientSubject)
                                .filter(certificates::contains)
                                .isPresent());
    }

    /** Returns true if one peer could fit both. */
    boolean overlaps(UpstreamConfig other) {
        return meet(listeners, other.listeners, InetSocketAddress::equals)
                && meet(networks, other.networks, AddressRange::overlaps)
                && meet(certificates, other.certificates, String::equals);
    }

    private static <T> boolean meet(List<T> one, List<T> other, BiPredicate<T, T> same) {
        return one.isEmpty()
                || other.isEmpty()
                || one.stream().anyMatch(left -> other.stream().anyMatch(right -> same.test(left, right)));
    }
}
