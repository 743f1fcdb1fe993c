package org.postseal.gateway.mail;

import java.io.IOException;
import java.io.InputStream;
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
    static TransportCheck of(RawMessage octets) throws IOException {
        Walk walk = new Walk();
        byte[] buffer = new byte[(int) Math.min(16 * 1024, Math.max(1, octets.size()))];
        try (InputStream in = octets.open()) {
            for (int count = in.read(buffer); count >= 0; count = in.read(buffer)) {
                walk.take(buffer, count);
            }
        }
        return walk.result();
    }

    private static final class Walk {
        private int column;
        private int fromMatched;
        private byte previous;
        private boolean unsafe;
        private boolean fragile;

        void take(byte[] buffer, int count) {
            int i = 0;
            while (i < count) {
                // After the first five octets of a line, which can tell a "From " line, eight ordinary octets change
                // only the column.
                while (column >= FROM.length()
                        && previous != '\r'
                        && i + Long.BYTES <= count
                        && isOrdinary((long) LONGS.get(buffer, i))) {
                    column += Long.BYTES;
                    i += Long.BYTES;
                    previous = buffer[i - 1];
                    unsafe |= column > 998;
                }
                if (i < count) {
                    take(buffer[i++]);
                }
            }
        }

        // No octet is negative or below 14, so none is NUL, TAB, CR or LF. A borrow from a neighbour can only turn a
        // yes into a no.
        private static boolean isOrdinary(long octets) {
            return ((octets | (octets - LOWEST)) & TOP_BITS) == 0;
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
                unsafe |= column > 998;
            }
            previous = octet;
        }

        TransportCheck result() {
            boolean blankAtEnd = column > 0 && (previous == ' ' || previous == '\t');
            return new TransportCheck(!unsafe && previous != '\r', fragile || blankAtEnd);
        }
    }

    private static final String FROM = "From ";
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long LOWEST = 0x0E0E_0E0E_0E0E_0E0EL;
    private static final long TOP_BITS = 0x8080_8080_8080_8080L;
}
