package org.postseal.gateway.smime;

import java.io.FilterOutputStream;
import java.io.IOException;
import java.io.OutputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;

/**
 * Passes octets on and notes what SMTP cannot carry (RFC 5321 §2.3.8): a bare CR, a bare LF and NUL. It also notes
 * whether any octet is not ASCII.
 */
final class LineCheck extends FilterOutputStream {
    private boolean bareLineEnd;
    private boolean nul;
    private boolean eightBit;
    private boolean carriageReturn;
    private boolean afterReturn;

    LineCheck(OutputStream out) {
        super(out);
    }

    @Override
    public void write(int octet) throws IOException {
        look((byte) octet);
        out.write(octet);
    }

    @Override
    public void write(byte[] octets, int offset, int length) throws IOException {
        int end = offset + length;
        for (int i = offset; i < end; i++) {
            // This steps over eight octets that are ASCII and above CR.
            while (!afterReturn && areOrdinary(octets, i, end)) {
                i += Long.BYTES;
            }
            if (i == end) {
                break;
            }
            eightBit |= octets[i] < 0;
            // Most octets are above CR and do not follow one, and need no closer look.
            if ((octets[i] <= '\r' && octets[i] >= 0) || afterReturn) {
                look(octets[i]);
            }
        }
        out.write(octets, offset, length);
    }

    /** Returns true if a CR or LF stood alone; it is asked at the end. */
    boolean hasBareLineEnd() {
        return bareLineEnd || afterReturn;
    }

    /**
     * Returns true if there is a bare line end, and not every line ends in LF alone. Programs then see different lines.
     */
    boolean hasMixedLineEnds() {
        return hasBareLineEnd() && carriageReturn;
    }

    boolean hasNul() {
        return nul;
    }

    /** Returns true if there was an octet over 127. */
    boolean hasEightBit() {
        return eightBit;
    }

    /** Returns true if eight octets from here on are ASCII and above CR. */
    static boolean areOrdinary(byte[] octets, int start, int end) {
        if (start + Long.BYTES > end) {
            return false;
        }
        long word = (long) LONGS.get(octets, start);
        // A borrow from a neighbouring octet below 14 can only turn a yes into a no.
        return ((word | (word - LOWEST)) & TOP_BITS) == 0;
    }

    private void look(byte octet) {
        bareLineEnd |= afterReturn != (octet == '\n');
        afterReturn = octet == '\r';
        carriageReturn |= afterReturn;
        nul |= octet == 0;
        eightBit |= octet < 0;
    }

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long LOWEST = 0x0E0E_0E0E_0E0E_0E0EL;
    private static final long TOP_BITS = 0x8080_8080_8080_8080L;
}
