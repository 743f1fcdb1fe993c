package org.postseal.gateway.smtp;

import java.io.IOException;
import java.util.Arrays;

/**
 * Buffers the octets of a session once. Command lines and message data are taken from the same buffer, so that what a
 * peer has pipelined after one of them is found by the other. Not thread-safe.
 */
public final class SmtpInput {
    /** Gives octets; it may block. */
    public interface Source {
        /** Reads as {@link java.io.InputStream#read(byte[], int, int)} does. */
        int read(byte[] into, int offset, int length) throws IOException;
    }

    /** Says what {@link #readLine} found. */
    public sealed interface Line {
        /** The line is complete; these are its octets before CRLF. */
        record Complete(byte[] octets) implements Line {}

        /** The line is longer than allowed. It was read up to its CRLF and thrown away. */
        record TooLong() implements Line {}

        /**
         * There is a bare CR, a bare LF or a NUL, or no CRLF within reason. Nobody knows where the next command begins,
         * so the session must end.
         */
        record Malformed() implements Line {}

        /** The peer is gone, and the octets of an unfinished line are dropped. */
        record EndOfStream() implements Line {}
    }

    private final Source source;
    private byte[] buffer = new byte[SMALL];
    private int position;
    private int limit;

    public SmtpInput(Source source) {
        this.source = source;
    }

    /** Returns true if the next octet has to be waited for. */
    public boolean isEmpty() {
        return position == limit;
    }

    /**
     * Reads one command line. Only CRLF ends it (RFC 5321 §2.3.8).
     *
     * @param maximum octets, CRLF included
     */
    public Line readLine(int maximum) throws IOException {
        int longest = maximum - 2;
        byte[] line = new byte[Math.min(longest, USUAL_LINE)];
        int length = 0;
        boolean afterCr = false;
        while (true) {
            if (isEmpty() && !fill()) {
                return new Line.EndOfStream();
            }
            byte octet = buffer[position++];
            if (octet == '\n' && afterCr) {
                return length <= longest ? new Line.Complete(Arrays.copyOf(line, length)) : new Line.TooLong();
            }
            if (afterCr || octet == '\n' || octet == 0 || length > ENDLESS) {
                return new Line.Malformed();
            }
            afterCr = octet == '\r';
            if (!afterCr) {
                if (length == line.length && length < longest) {
                    line = Arrays.copyOf(line, Math.min(longest, 2 * length));
                }
                if (length < line.length) {
                    line[length] = octet;
                }
                length++;
            }
        }
    }

    /**
     * Refills the buffer, which must be empty; returns false at the end of the stream. The buffer grows if the last
     * reading filled it.
     */
    boolean fill() throws IOException {
        if (limit == buffer.length && buffer.length < LARGE) {
            buffer = new byte[buffer.length * 4];
        }
        position = 0;
        limit = 0;
        int count = source.read(buffer, 0, buffer.length);
        limit = Math.max(count, 0);
        return count > 0;
    }

    /** Returns the buffer, which is valid from {@link #position()} to {@link #limit()}. */
    byte[] buffer() {
        return buffer;
    }

    int position() {
        return position;
    }

    int limit() {
        return limit;
    }

    void consumeTo(int newPosition) {
        position = newPosition;
    }

    /** Gives a large buffer back, since a session that waits for its next command should cost little. */
    void shrink() {
        if (buffer.length > SMALL && limit - position <= SMALL) {
            byte[] small = new byte[SMALL];
            System.arraycopy(buffer, position, small, 0, limit - position);
            limit -= position;
            position = 0;
            buffer = small;
        }
    }

    private static final int USUAL_LINE = 128;
    private static final int SMALL = 8 << 10;
    private static final int LARGE = 128 << 10;
    private static final int ENDLESS = 64 << 10;
}
