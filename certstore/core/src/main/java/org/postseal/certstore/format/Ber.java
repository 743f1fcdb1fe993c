package org.postseal.certstore.format;

import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/**
 * One BER element (X.690 §8.1) as offsets into octets. It looks at headers only and makes no objects of the content:
 * finding out what a file of 16 MiB is costs almost nothing, and each certificate of a bundle has an offset and is
 * handed on by itself. Immutable.
 *
 * @param tag the first octet of the identifier
 * @param start the offset of the identifier
 * @param content the offset of the content
 * @param contentEnd the offset behind the content
 * @param end the offset behind the element
 */
record Ber(byte[] octets, int tag, int start, int content, int contentEnd, int end) {
    static final int INTEGER = 0x02;
    static final int OCTET_STRING = 0x04;
    static final int OBJECT_IDENTIFIER = 0x06;
    static final int UTC_TIME = 0x17;
    static final int GENERALIZED_TIME = 0x18;
    static final int SEQUENCE = 0x30;

    /** Finds the element that begins at {@code start} and ends at {@code limit} or before. */
    static Ber at(byte[] octets, int start, int limit) throws BerException {
        Header header = Header.at(octets, start, limit);
        if (header.length >= 0) {
            int end = header.content + header.length;
            return new Ber(octets, header.tag, start, header.content, end, end);
        }
        // X.690 §8.1.3.6: an element of indefinite length ends with the end-of-contents octets of its own level.
        int depth = 1;
        int at = header.content;
        while (true) {
            Header inner = Header.at(octets, at, limit);
            if (inner.length < 0) {
                if (++depth > MAX_DEPTH) {
                    throw new BerException(at, "more than " + MAX_DEPTH + " elements in one another");
                }
                at = inner.content;
            } else if (inner.tag == 0 && inner.length == 0) {
                if (--depth == 0) {
                    return new Ber(octets, header.tag, start, header.content, at, inner.content);
                }
                at = inner.content;
            } else {
                at = inner.content + inner.length;
            }
        }
    }

    /** Finds the one element that fills {@code octets}. */
    static Ber of(byte[] octets) throws BerException {
        Ber element = at(octets, 0, octets.length);
        if (element.end != octets.length) {
            throw new BerException(element.end, "octets behind the end");
        }
        return element;
    }

    /**
     * Finds at most {@code max} elements inside this one. A caller that must know whether there are more asks for one
     * more.
     */
    List<Ber> children(int max) throws BerException {
        List<Ber> children = new ArrayList<>();
        int at = content;
        while (at < contentEnd && children.size() < max) {
            Ber child = at(octets, at, contentEnd);
            children.add(child);
            at = child.end;
        }
        return children;
    }

    byte[] encoded() {
        return Arrays.copyOfRange(octets, start, end);
    }

    boolean isEmpty() {
        return content == contentEnd;
    }

    /** Returns true if the content is a time to the second in UTC (RFC 5280 §4.1.2.5). */
    boolean isTimeInUtc() {
        int digits = tag == UTC_TIME ? 12 : 14;
        if (contentEnd - content != digits + 1 || octets[contentEnd - 1] != 'Z') {
            return false;
        }
        for (int i = content; i < contentEnd - 1; i++) {
            if (octets[i] < '0' || octets[i] > '9') {
                return false;
            }
        }
        return true;
    }

    boolean hasContent(byte[] expected) {
        return Arrays.equals(octets, content, contentEnd, expected, 0, expected.length);
    }

    private record Header(int tag, int content, int length) {
        static Header at(byte[] octets, int start, int limit) throws BerException {
            int at = start;
            demand(at < limit, start);
            int tag = octets[at++] & 0xff;
            if ((tag & 0x1f) == 0x1f) {
                // Nothing that we read has tags above 30, but they may be skipped.
                int more = 0;
                do {
                    demand(at < limit && more++ < 4, start);
                } while ((octets[at++] & 0x80) != 0);
            }
            demand(at < limit, start);
            int first = octets[at++] & 0xff;
            if (first < 0x80) {
                demand(first <= limit - at, start);
                return new Header(tag, at, first);
            }
            if (first == 0x80) {
                demand((tag & 0x20) != 0, start);
                return new Header(tag, at, -1);
            }
            long length = 0;
            demand(first - 0x80 <= 4, start);
            for (int i = 0; i < first - 0x80; i++) {
                demand(at < limit, start);
                length = (length << 8) | (octets[at++] & 0xff);
            }
            demand(length <= limit - at, start);
            return new Header(tag, at, (int) length);
        }

        private static void demand(boolean condition, int start) throws BerException {
            if (!condition) {
                throw new BerException(start, "length or identifier that fits nowhere");
            }
        }
    }

    private static final int MAX_DEPTH = 64;
}
