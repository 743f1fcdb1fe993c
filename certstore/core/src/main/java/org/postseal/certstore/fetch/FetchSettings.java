package org.postseal.certstore.fetch;

import java.time.Duration;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import org.postseal.certstore.AddressRange;

/**
 * Says where {@link BoundedFetcher} may ask and how long it waits. The defaults are in brackets.
 *
 * @param connectTimeout the time for one connection (3 s)
 * @param totalTimeout the time for one answer with everything that leads to it: resolving, connecting, redirects, and
 *     the last octet (5 s)
 * @param allowedHosts the only hosts that are asked, where {@code *.example.com} means all hosts below a domain; empty
 *     for all hosts (empty)
 * @param allowedNetworks the networks that are asked although they are not public (none)
 * @param allowedPorts the only ports that are connected to; empty for all ports (80 and 8080)
 * @param sameHostRedirects how many redirects are followed, to the same host and port only (0)
 */
public record FetchSettings(
        Duration connectTimeout,
        Duration totalTimeout,
        List<String> allowedHosts,
        List<AddressRange> allowedNetworks,
        Set<Integer> allowedPorts,
        int sameHostRedirects) {
    /** Allows public addresses only, 3 s to connect and 5 s in all, and no redirects. */
    public static final FetchSettings DEFAULTS =
            new FetchSettings(Duration.ofSeconds(3), Duration.ofSeconds(5), List.of(), List.of(), Set.of(80, 8080), 0);

    public FetchSettings {
        if (connectTimeout.compareTo(Duration.ofMillis(1)) < 0 || totalTimeout.compareTo(Duration.ofMillis(1)) < 0) {
            throw new IllegalArgumentException("timeouts must be at least 1 ms");
        }
        if (sameHostRedirects < 0 || sameHostRedirects > 5) {
            throw new IllegalArgumentException("from 0 to 5 redirects may be followed");
        }
        allowedHosts =
                allowedHosts.stream().map(host -> host.toLowerCase(Locale.ROOT)).toList();
        allowedNetworks = List.copyOf(allowedNetworks);
        allowedPorts = Set.copyOf(allowedPorts);
    }

    boolean allowsHost(String host) {
        String lower = host.toLowerCase(Locale.ROOT);
        return allowedHosts.isEmpty()
                || allowedHosts.stream()
                        .anyMatch(allowed -> allowed.startsWith("*.")
                                ? lower.endsWith(allowed.substring(1)) && lower.length() > allowed.length() - 1
                                : lower.equals(allowed));
    }

    boolean allowsPort(int port) {
        return allowedPorts.isEmpty() || allowedPorts.contains(port);
    }
}
