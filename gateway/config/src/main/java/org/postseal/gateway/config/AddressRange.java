package org.postseal.gateway.config;

import java.net.InetAddress;
import java.util.Optional;

/**
 * An IP network such as {@code 127.0.0.0/8} or {@code ::1}.
 *
 * @param network the address before the slash
 * @param prefix number of leading bits in which an address must agree with {@code network}
 */
public record AddressRange(InetAddress network, int prefix) {
    static final Type<AddressRange> TYPE =
            Type.text("an IP address or network such as 192.0.2.0/24", AddressRange::parse);

    /** Parses a literal address with an optional prefix length. It looks up no host name, and returns empty for one. */
    public static Optional<AddressRange> parse(String text) {
        int slash = text.indexOf('/');
        String literal = slash < 0 ? text : text.substring(0, slash);
        if (!literal.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*")) {
            return Optional.empty();
        }
        try {
            InetAddress network = InetAddress.ofLiteral(literal);
            int bits = network.getAddress().length * 8;
            int prefix = slash < 0 ? bits : Integer.parseInt(text.substring(slash + 1));
            return prefix >= 0 && prefix <= bits ? Optional.of(new AddressRange(network, prefix)) : Optional.empty();
        } catch (IllegalArgumentException notARange) {
            return Optional.empty();
        }
    }

    /** Returns true if the address lies in this network; an IPv4-mapped IPv6 address counts as IPv4. */
    public boolean contains(InetAddress address) {
        byte[] left = network.getAddress();
        byte[] right = address.getAddress();
        if (left.length != right.length) {
            return false;
        }
        for (int bit = 0; bit < prefix; bit++) {
            int mask = 0x80 >> (bit % 8);
            if (((left[bit / 8] ^ right[bit / 8]) & mask) != 0) {
                return false;
            }
        }
        return true;
    }

    /** Returns true if an address lies in both networks. */
    boolean overlaps(AddressRange other) {
        return prefix <= other.prefix ? contains(other.network) : other.contains(network);
    }

    @Override
    public String toString() {
        return network.getHostAddress() + "/" + prefix;
    }
}
