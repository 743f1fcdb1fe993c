package org.postseal.gateway.mail;

import java.io.Closeable;
import java.io.IOException;
import java.io.InputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.Arrays;
import org.jspecify.annotations.Nullable;

/**
 * Walks a stream line by line and keeps the start of the present line. Only CRLF ends a line; a bare LF or CR is an
 * octet of it. Each octet is read once. Not thread-safe.
 */
final class Lines implements Closeable {
    /** Gives further octets; null if all are in the buffer, which then belongs to a message and is not written to. */
    private final @Nullable InputStream in;

    private final Budget budget;
    private byte[] buffer;
    private int position;
    private int limit;
    private long consumed;
    private int start;
    private int kept;
    private long offset;
    private long length;
    private boolean ended;
    private boolean bareFeed;

    private Lines(@Nullable InputStream in, byte[] buffer, int position, int limit, Budget budget) {
        this.in = in;
        this.buffer = buffer;
        this.position = position;
        this.limit = limit;
        this.budget = budget;
    }

    static Lines of(InputStream in, Budget budget) {
        return new Lines(in, new byte[16 * 1024], 0, 0, budget);
    }

    /** Walks octets in memory without copying them. */
    static Lines of(byte[] octets, int offset, int length, Budget budget) {
        return new Lines(null, octets, offset, offset + length, budget);
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

    /** Steps over plain lines in the buffer up to the first one that is not, or that may be a boundary. */
    void skipPlain() {
        int at = position;
        int lineLength = 0;
        while (at < limit && buffer[at] != '-') {
            // Lines of base64 are as long as the one before, which saves looking for their ends.
            int end = at + lineLength;
            if (end > limit || !TransportCheck.isPlainLine(buffer, at, end)) {
                end = indexOfFeed(buffer, at, limit) + 1;
                if (!TransportCheck.isPlainLine(buffer, at, end)) {
                    break;
                }
                lineLength = end - at;
            }
            at = end;
        }
        consumed += at - position;
        budget.spend(at - position);
        position = at;
    }

    /** Returns true if it can be seen that no mail system changes this line. */
    boolean isPlain() {
        return kept == length && TransportCheck.isPlainLine(buffer, start, start + kept);
    }

    /** Returns the octets of the line, including its CRLF. */
    long length() {
        return length;
    }

    /** Returns where the line begins in the stream. */
    long offset() {
        return offset;
    }

    /** Returns how many octets at the start of the line can be looked at. */
    int kept() {
        return kept;
    }

    /** Returns one of the octets kept. */
    byte at(int index) {
        return buffer[start + index];
    }

    /** Returns the first octet, or -1 if none is kept. */
    int first() {
        return kept == 0 ? -1 : buffer[start];
    }

    boolean isEmptyLine() {
        return ended && length == 2;
    }

    /** Returns false for a last line without CRLF. */
    boolean isEnded() {
        return ended;
    }

    boolean hasBareFeed() {
        return bareFeed;
    }

    void copyTo(byte[] target, int targetOffset) {
        System.arraycopy(buffer, start, target, targetOffset, kept);
    }

    boolean matches(int index, byte[] expected) {
        int from = start + index;
        return kept - index >= expected.length
                && Arrays.equals(buffer, from, from + expected.length, expected, 0, expected.length);
    }

    @Override
    public void close() throws IOException {
        if (in != null) {
            in.close();
        }
    }

    private boolean fill(int keep) throws IOException {
        if (in == null) {
            return false;
        }
        // Only the start of the line is kept, so that the buffer never holds more than is asked for plus one reading.
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
        // This looks at eight octets at a time. The lowest top bit that is set shows the first zero octet in x.
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
