package org.postseal.policy.condition;

import java.net.InetAddress;
import java.util.Optional;

/**
 * A range of addresses that begin with the same bits, {@code 192.0.2.0/24} or {@code 2001:db8::/32}, or a single
 * address. Immutable.
 */
final class AddressRange {
    private final byte[] first;
    private final int bits;

    private AddressRange(byte[] first, int bits) {
        this.first = first;
        this.bits = bits;
    }

    /**
     * Parses a range. It returns empty for other text, and for an address with bits beyond the prefix length, because
     * that is mostly a slip.
     */
    static Optional<AddressRange> parse(String text) {
        int slash = text.indexOf('/');
        String address = slash < 0 ? text : text.substring(0, slash);
        // Names are refused: the DNS would have to answer for them, and its answers change.
        if (!address.matches("[0-9]{1,3}(\\.[0-9]{1,3}){3}|[0-9A-Fa-f:.]*:[0-9A-Fa-f:.]*")) {
            return Optional.empty();
        }
        try {
            byte[] octets = InetAddress.ofLiteral(address).getAddress();
            int all = octets.length * 8;
            String length = slash < 0 ? String.valueOf(all) : text.substring(slash + 1);
            if (!length.matches("0|[1-9][0-9]{0,2}") || Integer.parseInt(length) > all) {
                return Optional.empty();
            }
            int bits = Integer.parseInt(length);
            for (int bit = bits; bit < all; bit++) {
                if ((octets[bit / 8] >> (7 - bit % 8) & 1) != 0) {
                    return Optional.empty();
                }
            }
            return Optional.of(new AddressRange(octets, bits));
        } catch (IllegalArgumentException notAnAddress) {
            return Optional.empty();
        }
    }

    boolean has(InetAddress address) {
        byte[] octets = address.getAddress();
        if (octets.length != first.length) {
            return false;
        }
        for (int bit = 0; bit < bits; bit++) {
            if (((octets[bit / 8] ^ first[bit / 8]) >> (7 - bit % 8) & 1) != 0) {
                return false;
            }
        }
        return true;
    }

    /** Returns an IPv4 address as numbers and an IPv6 address as all its groups; a single address has no length. */
    @Override
    public String toString() {
        StringBuilder address = new StringBuilder();
        if (first.length == 4) {
            for (byte octet : first) {
                address.append(address.isEmpty() ? "" : ".").append(octet & 0xFF);
            }
        } else {
            for (int i = 0; i < first.length; i += 2) {
                int group = ((first[i] & 0xFF) << 8) | (first[i + 1] & 0xFF);
                address.append(address.isEmpty() ? "" : ":").append(Integer.toHexString(group));
            }
        }
        return bits == first.length * 8 ? address.toString() : address + "/" + bits;
    }
}
