package org.postseal.gateway.mail;

import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.lang.invoke.MethodHandles;
import java.lang.invoke.VarHandle;
import java.nio.ByteOrder;
import java.util.ArrayList;
import java.util.List;

/**
 * Holds the octets of a message or of an entity, which never change. They are in memory, in an encrypted temporary
 * file, a slice of another message, or several messages joined. Lines end in CRLF. Reading may be repeated and is
 * thread-safe. The octets live until the {@link Spool.Scope} that holds them is closed.
 */
public abstract sealed class RawMessage permits RawMessage.Heap, RawMessage.Joined, SpooledFile {
    /** Makes a message of octets in memory. The array is not copied and must not be changed. */
    public static RawMessage of(byte[] octets) {
        return new Heap(octets, 0, octets.length);
    }

    /** Joins messages, one after the other. */
    public static RawMessage join(List<RawMessage> parts) {
        List<RawMessage> filled = parts.stream().filter(part -> part.size() > 0).toList();
        return filled.size() == 1 ? filled.getFirst() : new Joined(filled);
    }

    public abstract long size();

    public abstract InputStream open() throws IOException;

    /** Opens the message to be read line by line. */
    Lines lines(Budget budget) throws IOException {
        return Lines.of(open(), budget);
    }

    /** Returns true if no octet is over 127. */
    public boolean isAscii() throws IOException {
        byte[] piece = new byte[PIECE];
        try (InputStream in = open()) {
            int count = in.read(piece);
            while (count > 0 && areAscii(piece, 0, count)) {
                count = in.read(piece);
            }
            return count <= 0;
        }
    }

    /**
     * Returns a part of the message.
     *
     * @param offset from 0
     * @param length octets, within this message
     */
    public abstract RawMessage slice(long offset, long length);

    /** Returns the part from {@code offset} to the end. */
    public final RawMessage from(long offset) {
        return slice(offset, size() - offset);
    }

    public void writeTo(OutputStream out) throws IOException {
        try (InputStream in = open()) {
            in.transferTo(out);
        }
    }

    /** Returns all octets in one array. It is only for what is known to be small. */
    public final byte[] toByteArray() throws IOException {
        try (InputStream in = open()) {
            return in.readAllBytes();
        }
    }

    private static boolean areAscii(byte[] octets, int from, int to) {
        int i = from;
        // This looks at eight octets at a time.
        while (i + Long.BYTES <= to && ((long) LONGS.get(octets, i) & TOP_BITS) == 0) {
            i += Long.BYTES;
        }
        while (i < to && octets[i] >= 0) {
            i++;
        }
        return i == to;
    }

    static void checkRange(long offset, long length, long size) {
        if (offset < 0 || length < 0 || length > size - offset) {
            throw new IndexOutOfBoundsException("slice " + offset + "+" + length + " of " + size);
        }
    }

    static final class Heap extends RawMessage {
        private final byte[] octets;
        private final int offset;
        private final int length;

        Heap(byte[] octets, int offset, int length) {
            this.octets = octets;
            this.offset = offset;
            this.length = length;
        }

        @Override
        public long size() {
            return length;
        }

        @Override
        public InputStream open() {
            return new java.io.ByteArrayInputStream(octets, offset, length);
        }

        @Override
        Lines lines(Budget budget) {
            return Lines.of(octets, offset, length, budget);
        }

        @Override
        public void writeTo(OutputStream out) throws IOException {
            // Pieces of this size stay in the cache of a processor for the ciphers and digests that read them next.
            for (int done = 0; done < length; done += PIECE) {
                out.write(octets, offset + done, Math.min(PIECE, length - done));
            }
        }

        @Override
        public boolean isAscii() {
            return areAscii(octets, offset, offset + length);
        }

        @Override
        public RawMessage slice(long from, long count) {
            checkRange(from, count, length);
            return new Heap(octets, offset + (int) from, (int) count);
        }
    }

    static final class Joined extends RawMessage {
        private final List<RawMessage> parts;
        private final long size;

        Joined(List<RawMessage> parts) {
            this.parts = parts;
            this.size = parts.stream().mapToLong(RawMessage::size).sum();
        }

        @Override
        public long size() {
            return size;
        }

        @Override
        public InputStream open() {
            return new JoinedStream(parts);
        }

        @Override
        public void writeTo(OutputStream out) throws IOException {
            for (RawMessage part : parts) {
                part.writeTo(out);
            }
        }

        @Override
        public boolean isAscii() throws IOException {
            for (RawMessage part : parts) {
                if (!part.isAscii()) {
                    return false;
                }
            }
            return true;
        }

        @Override
        public RawMessage slice(long from, long count) {
            checkRange(from, count, size);
            List<RawMessage> slices = new ArrayList<>();
            long start = 0;
            for (RawMessage part : parts) {
                long end = start + part.size();
                long low = Math.max(from, start);
                long high = Math.min(from + count, end);
                if (low < high) {
                    slices.add(part.slice(low - start, high - low));
                }
                start = end;
            }
            return join(slices);
        }
    }

    private static final int PIECE = 16 * 1024;
    private static final VarHandle LONGS = MethodHandles.byteArrayViewVarHandle(long[].class, ByteOrder.LITTLE_ENDIAN);
    private static final long TOP_BITS = 0x8080_8080_8080_8080L;
}
