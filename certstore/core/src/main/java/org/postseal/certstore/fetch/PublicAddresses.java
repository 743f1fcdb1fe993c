package org.postseal.certstore.fetch;

import java.net.Inet4Address;
import java.net.InetAddress;
import java.util.List;
import java.util.stream.Stream;
import org.postseal.certstore.AddressRange;

/**
 * Tells addresses of the public Internet from all others (the special-purpose registries of RFC 6890), so that nobody
 * can make us connect to our own network.
 */
final class PublicAddresses {
    private PublicAddresses() {}

    static boolean contains(InetAddress address) {
        if (address instanceof Inet4Address) {
            return FORBIDDEN_4.stream().noneMatch(network -> network.contains(address));
        }
        // Only 2000::/3 is assigned, and some ranges within it lead elsewhere.
        return GLOBAL_UNICAST.contains(address) && FORBIDDEN_6.stream().noneMatch(network -> network.contains(address));
    }

    private static List<AddressRange> networks(String... texts) {
        return Stream.of(texts).map(AddressRange::of).toList();
    }

    private static final List<AddressRange> FORBIDDEN_4 = networks(
            "0.0.0.0/8",
            "10.0.0.0/8",
            "100.64.0.0/10",
            "127.0.0.0/8",
            "169.254.0.0/16",
            "172.16.0.0/12",
            "192.0.0.0/24",
            "192.0.2.0/24",
            "192.88.99.0/24",
            "192.168.0.0/16",
            "198.18.0.0/15",
            "198.51.100.0/24",
            "203.0.113.0/24",
            "224.0.0.0/3");
    private static final AddressRange GLOBAL_UNICAST = AddressRange.of("2000::/3");
    // The range 2001::/23 includes Teredo, 2001:db8::/32 and 3fff::/20 are for documentation, and 2002::/16 is 6to4.
    // Teredo and 6to4 carry IPv4 addresses. So does NAT64, which lies outside 2000::/3 like loopback, mapped,
    // link-local, site-local, unique-local and multicast addresses.
    private static final List<AddressRange> FORBIDDEN_6 =
            networks("2001::/23", "2001:db8::/32", "2002::/16", "3fff::/20", "5f00::/16");
}
