package org.postseal.gateway.audit;

import static java.nio.charset.StandardCharsets.US_ASCII;
import static java.nio.charset.StandardCharsets.UTF_8;

import java.util.ArrayList;
import java.util.List;
import java.util.Locale;

/** Looks for records in octets that hold whole lines. Immutable. */
final class LineSearch {
    private final AuditQuery query;
    private final List<byte[]> needles;

    LineSearch(AuditQuery query) {
        this.query = query;
        this.needles = query.needles();
    }

    /**
     * A record that fits.
     *
     * @param number of its line among those octets, from 0
     */
    record Found(int number, AuditLine line) {}

    /** Those of the lines before this one, in their order. What has no line end is no record. */
    List<Found> in(byte[] octets, int before) {
        List<Found> found = new ArrayList<>();
        if (!mayFit(octets, 0, octets.length)) {
            return found;
        }
        int number = 0;
        int start = 0;
        for (int i = 0; i < octets.length && number < before; i++) {
            if (octets[i] == '\n') {
                if (mayFit(octets, start, i)) {
                    int at = number;
                    AuditLine.read(new String(octets, start, i - start, UTF_8))
                            .filter(query::fits)
                            .ifPresent(line -> found.add(new Found(at, line)));
                }
                number++;
                start = i + 1;
            }
        }
        return found;
    }

    private boolean mayFit(byte[] octets, int from, int to) {
        for (byte[] needle : needles) {
            if (!contains(octets, from, to, needle)) {
                return false;
            }
        }
        return true;
    }

    /** Of ASCII. */
    static byte[] needle(String text) {
        return text.toLowerCase(Locale.ROOT).getBytes(US_ASCII);
    }

    private static boolean contains(byte[] octets, int from, int to, byte[] needle) {
        if (needle.length == 0) {
            return true;
        }
        for (int i = from; i <= to - needle.length; i++) {
            if (lower(octets[i]) == needle[0] && isAt(octets, i, needle)) {
                return true;
            }
        }
        return false;
    }

    private static boolean isAt(byte[] octets, int at, byte[] needle) {
        for (int i = 1; i < needle.length; i++) {
            if (lower(octets[at + i]) != needle[i]) {
                return false;
            }
        }
        return true;
    }

    private static byte lower(byte octet) {
        return octet >= 'A' && octet <= 'Z' ? (byte) (octet + ('a' - 'A')) : octet;
    }
}
