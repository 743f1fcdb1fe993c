package org.postseal.gateway.mail;

import java.io.IOException;
import java.io.OutputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Says what mail systems may do to these octets.
 *
 * @param isSevenBit whether there is no octet over 127, no NUL, no bare CR or LF and no line over 998 octets (RFC 5322
 * §2.1.1, RFC 2045 §2.7)
 * @param isFragile whether a line begins with {@code From } or ends in a blank, which some mail systems change (RFC
 * 8551 §3.1.3)
 */
record TransportCheck(boolean isSevenBit, boolean isFragile) {
    /** Says that no mail system changes the octets. */
    static final TransportCheck PLAIN = new TransportCheck(true, false);

    static TransportCheck of(RawMessage octets) throws IOException {
        Walk walk = new Walk();
        octets.writeTo(walk);
        return walk.result();
    }

    /**
     * Returns true if these octets are one line with its CRLF that no mail system changes. A line with a TAB or another
     * control character below 14 is not looked at closely, and the result is false.
     */
    static boolean isPlainLine(byte[] octets, int start, int end) {
        int last = end - 2;
        if (last < start || last - start > LONGEST || octets[last] != '\r' || octets[last + 1] != '\n') {
            return false;
        }
        // All words are looked at without a branch in between, since hardly any line is not plain.
        long odd = 0;
        int i = start;
        for (; i + 4 * Long.BYTES <= last; i += 4 * Long.BYTES) {
            odd |= odd(octets, i) | odd(octets, i + 8) | odd(octets, i + 16) | odd(octets, i + 24);
        }
        for (; i + Long.BYTES <= last; i += Long.BYTES) {
            odd |= odd(octets, i);
        }
        if (last - start >= Long.BYTES) {
            odd |= odd(octets, last - Long.BYTES);
            i = last;
        }
        for (; i < last; i++) {
            odd |= octets[i] < FIRST_ORDINARY ? TOP_BITS : 0;
        }
        return odd == 0 && (last == start || octets[last - 1] != ' ') && !beginsWithFrom(octets, start);
    }

    // A line end is no letter, so that nothing beyond the line is compared.
    private static boolean beginsWithFrom(byte[] octets, int start) {
        int i = 0;
        while (i < FROM.length() && octets[start + i] == FROM.charAt(i)) {
            i++;
        }
        return i == FROM.length();
    }

    private static long odd(byte[] octets, int index) {
        return odd((long) LONGS.get(octets, index));
    }

    /**
     * Returns 0 if all octets of a word are ordinary: none is negative or below 14, so none is NUL, TAB, CR or LF. Else
     * the lowest bit shows the first that is not; a borrow may add bits above it.
     */
    private static long odd(long octets) {
        return (octets | (octets - LOWEST)) & TOP_BITS;
    }

    /** Looks at the octets that are written to it. */
    private static final class Walk extends OutputStream {
        private int column;
        private int fromMatched;
        private byte previous;
        private boolean unsafe;
        private boolean fragile;

        @Override
        public void write(int octet) {
            take((byte) octet);
        }

        // A word of eight ordinary octets changes only the column, unless it begins a line. What is not ordinary is
        // looked at one by one, but for a line end.
        @Override
        public void write(byte[] octets, int offset, int length) {
            int end = offset + length;
            int i = offset;
            while (i < end) {
                int start = i;
                if (column == 0 && previous != '\r' && i + Long.BYTES <= end) {
                    long first = (long) LONGS.get(octets, i);
                    if (odd(first) == 0) {
                        fragile |= (first & FIRST_FIVE) == FROM_OCTETS;
                        i += Long.BYTES;
                    }
                }
                if (i > start || (column >= FROM.length() && previous != '\r')) {
                    i = indexOfOdd(octets, i, end);
                }
                if (i > start) {
                    column += i - start;
                    unsafe |= column > LONGEST;
                    previous = octets[i - 1];
                }
                if (i + 1 < end && octets[i] == '\r' && octets[i + 1] == '\n' && previous != '\r') {
                    endLine();
                    i += 2;
                } else if (i < end) {
                    take(octets[i++]);
                }
            }
        }

        /** Returns where the next octet is that is not ordinary, or a place less than eight octets before the end. */
        private static int indexOfOdd(byte[] octets, int start, int end) {
            int i = start;
            while (i + Long.BYTES <= end) {
                long odd = odd((long) LONGS.get(octets, i));
                if (odd != 0) {
                    return i + Long.numberOfTrailingZeros(odd) / Byte.SIZE;
                }
                i += Long.BYTES;
            }
            return i;
        }

        private void endLine() {
            fragile |= column > 0 && (previous == ' ' || previous == '\t');
            column = 0;
            fromMatched = 0;
            previous = '\n';
        }

        private void take(byte octet) {
            // A bare CR shows at the octet after it.
            unsafe |= octet <= 0 || (previous == '\r') != (octet == '\n');
            if (octet == '\n') {
                column = 0;
                fromMatched = 0;
                previous = octet;
                return;
            }
            if (octet == '\r') {
                fragile |= column > 0 && (previous == ' ' || previous == '\t');
            } else {
                if (column < FROM.length() && column == fromMatched && octet == FROM.charAt(column)) {
                    fromMatched++;
                    fragile |= fromMatched == FROM.length();
                }
                column++;
                unsafe |= column > LONGEST;
            }
            previous = octet;
        }

        TransportCheck result() {
            boolean blankAtEnd = column > 0 && (previous == ' ' || previous == '\t');
            return new TransportCheck(!unsafe && previous != '\r', fragile || blankAtEnd);
        }
    }

    private static final int LONGEST = 998;
    private static final String FROM = "From ";
    private static final long FROM_OCTETS = 0x20_6D6F_7246L;
    private static final long FIRST_FIVE = 0xFF_FFFF_FFFFL;
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final byte FIRST_ORDINARY = 14;
    private static final long LOWEST = 0x0E0E_0E0E_0E0E_0E0EL;
    private static final long TOP_BITS = 0x8080_8080_8080_8080L;
}
