package org.postseal.gateway.smtp.client;

import java.net.InetSocketAddress;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.function.Function;

/**
 * Keeps the addresses of a next hop that are known so far. If the DNS names them, they come and go: of those not in
 * use, the one unused for longest goes first. Thread-safe.
 */
final class Endpoints implements AutoCloseable {
    private final Function<InetSocketAddress, Endpoint> maker;
    private final Map<Server, Endpoint> known = new LinkedHashMap<>(16, 0.75f, true);
    private boolean isClosed;

    /**
     * Names a server. Two names at one address are two servers, since a certificate that is right for one is not for
     * the other.
     */
    private record Server(String name, InetSocketAddress address) {}

    Endpoints(Function<InetSocketAddress, Endpoint> maker) {
        this.maker = maker;
    }

    synchronized List<Endpoint> of(List<InetSocketAddress> addresses) {
        List<Endpoint> endpoints = addresses.stream()
                .map(address ->
                        known.computeIfAbsent(new Server(address.getHostString(), address), _ -> maker.apply(address)))
                .toList();
        if (isClosed) {
            endpoints.forEach(Endpoint::close);
        }
        known.values()
                .removeIf(endpoint -> known.size() > MOST && !endpoints.contains(endpoint) && endpoint.closeIfUnused());
        return endpoints;
    }

    @Override
    public synchronized void close() {
        isClosed = true;
        known.values().forEach(Endpoint::close);
    }

    private static final int MOST = 1000;
}
