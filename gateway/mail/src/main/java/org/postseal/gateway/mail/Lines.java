package org.postseal.gateway.mail;

import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;

/**
 * Walks a stream line by line and keeps the start of the present one. Only CRLF ends a line; a bare LF or CR is an octet of it. Each octet is read once. Not thread-safe.
 */
final class Lines {
    private final InputStream in;
    private final Budget budget;
    private byte[] buffer = new byte[16 * 1024];
    private int position;
    private int limit;
    private long consumed;
    private int start;
    private int kept;
    private long offset;
    private long length;
    private boolean ended;
    private boolean bareFeed;

    Lines(InputStream in, Budget budget) {
        this.in = in;
        this.budget = budget;
    }

    /**
     * Goes to the next line.
     *
     * @param keep how many of its octets will be looked at, at most
     * @return false at the end of the stream
     */
    boolean next(int keep) throws IOException {
        offset = consumed;
        start = position;
        kept = 0;
        length = 0;
        ended = false;
        bareFeed = false;
        int previous = 0;
        while (!ended) {
            if (position == limit && !fill(keep)) {
                break;
            }
            int feed = indexOfFeed(buffer, position, limit);
            int end = feed < 0 ? limit : feed + 1;
            if (feed >= 0) {
                int before = feed > position ? buffer[feed - 1] : previous;
                ended = before == '\r';
                bareFeed |= !ended;
            }
            length += end - position;
            previous = buffer[end - 1];
            position = end;
            kept = (int) Math.min(length, Math.max(keep, kept));
        }
        consumed += length;
        budget.spend(length);
        return length > 0;
    }

    /** Octets of the line, its CRLF included. */
    long length() {
        return length;
    }

    /** Where the line begins in the stream. */
    long offset() {
        return offset;
    }

    /** How many octets at its start can be looked at. */
    int kept() {
        return kept;
    }

    /** An octet of those kept. */
    byte at(int index) {
        return buffer[start + index];
    }

    /** The first octet, or -1. */
    int first() {
        return kept == 0 ? -1 : buffer[start];
    }

    boolean isEmptyLine() {
        return ended && length == 2;
    }

    /** False for a last line without CRLF. */
    boolean isEnded() {
        return ended;
    }

    boolean hasBareFeed() {
        return bareFeed;
    }

    void copyTo(byte[] target, int targetOffset) {
        System.arraycopy(buffer, start, target, targetOffset, kept);
    }

    /** True when the octets at {@code index} are these. */
    boolean matches(int index, byte[] expected) {
        int from = start + index;
        return kept - index >= expected.length
                && Arrays.equals(buffer, from, from + expected.length, expected, 0, expected.length);
    }

    private boolean fill(int keep) throws IOException {
        // keep the start of the line and drop what is behind it, so that the buffer never holds more than is asked for
        // plus one reading
        int inBuffer = position - start;
        int wanted = Math.min(inBuffer, keep);
        if (start > 0) {
            System.arraycopy(buffer, start, buffer, 0, wanted);
            start = 0;
        }
        if (buffer.length - wanted < 8 * 1024) {
            buffer = Arrays.copyOf(buffer, 2 * buffer.length);
        }
        position = wanted;
        limit = wanted;
        int count = in.read(buffer, position, buffer.length - position);
        if (count <= 0) {
            return false;
        }
        limit += count;
        return true;
    }

    static int indexOfFeed(byte[] buffer, int start, int limit) {
        int i = start;
        // eight octets at a time: a zero octet in x shows as the lowest set top bit
        for (; i + Long.BYTES <= limit; i += Long.BYTES) {
            long x = (long) LONGS.get(buffer, i) ^ FEEDS;
            long zero = (x - ONES) & ~x & TOP_BITS;
            if (zero != 0) {
                return i + Long.numberOfTrailingZeros(zero) / Byte.SIZE;
            }
        }
        for (; i < limit; i++) {
            if (buffer[i] == '\n') {
                return i;
            }
        }
        return -1;
    }

    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long FEEDS = 0x0A0A_0A0A_0A0A_0A0AL;
    private static final long ONES = 0x0101_0101_0101_0101L;
    private static final long TOP_BITS = 0x8080_8080_8080_8080L;
}
