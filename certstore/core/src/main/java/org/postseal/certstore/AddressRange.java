package org.postseal.certstore;

import java.net.InetAddress;
import java.net.UnknownHostException;
import java.util.Optional;

/**
 * A range of IP addresses that begin with the same bits, such as {@code 192.0.2.0/24} or {@code 2001:db8::/32}, or a
 * single address.
 *
 * @param address an address of the range
 * @param bits the number of leading bits in which all addresses agree with that one
 */
public record AddressRange(InetAddress address, int bits) {
    /** Returns a range that the program itself names. */
    public static AddressRange of(String text) {
        return parse(text).orElseThrow(() -> new IllegalArgumentException("not a range of IP addresses: " + text));
    }

    /** Parses an address with an optional number of bits. It returns empty for other text, and asks no DNS. */
    public static Optional<AddressRange> parse(String text) {
        int slash = text.indexOf('/');
        String literal = slash < 0 ? text : text.substring(0, slash);
        // Some programs read a number that begins with 0 as octal.
        if (!literal.matches("(0|[1-9][0-9]{0,2})(\\.(0|[1-9][0-9]{0,2})){3}|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*")) {
            return Optional.empty();
        }
        try {
            InetAddress address = InetAddress.ofLiteral(literal);
            int all = address.getAddress().length * 8;
            String bits = slash < 0 ? String.valueOf(all) : text.substring(slash + 1);
            return bits.matches("0|[1-9][0-9]{0,2}") && Integer.parseInt(bits) <= all
                    ? Optional.of(new AddressRange(address, Integer.parseInt(bits)))
                    : Optional.empty();
        } catch (IllegalArgumentException notAnAddress) {
            return Optional.empty();
        }
    }

    /** Returns true if the address is in this range; an IPv4-mapped IPv6 address counts as IPv4. */
    public boolean contains(InetAddress other) {
        byte[] left = address.getAddress();
        byte[] right = other.getAddress();
        if (left.length != right.length) {
            return false;
        }
        for (int bit = 0; bit < bits; bit++) {
            if (((left[bit / 8] ^ right[bit / 8]) & mask(bit)) != 0) {
                return false;
            }
        }
        return true;
    }

    /** Returns true if an address is in both ranges. */
    public boolean overlaps(AddressRange other) {
        return bits <= other.bits ? contains(other.address) : other.contains(address);
    }

    /** Returns the same range, written with its first address. */
    public AddressRange fromFirst() {
        byte[] first = address.getAddress();
        for (int bit = bits; bit < first.length * 8; bit++) {
            first[bit / 8] &= (byte) ~mask(bit);
        }
        try {
            return new AddressRange(InetAddress.getByAddress(first), bits);
        } catch (UnknownHostException impossible) {
            throw new AssertionError(impossible);
        }
    }

    private static int mask(int bit) {
        return 0x80 >> (bit % 8);
    }

    /** Returns an IPv6 address with all its groups, and a single address without a length. */
    @Override
    public String toString() {
        String text = address.getHostAddress();
        return bits == address.getAddress().length * 8 ? text : text + "/" + bits;
    }
}
