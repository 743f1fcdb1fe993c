package org.postseal.gateway.audit.search;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.ByteOrder;
import java.nio.channels.FileChannel;
import java.util.Arrays;
import java.util.zip.CRC32;
import java.util.zip.Deflater;
import java.util.zip.GZIPInputStream;
import java.util.zip.ZipException;

/**
 * One chunk of a compressed file: a whole gzip member (RFC 1952), which can be read without the members before it. Its
 * length is in an extra field of its header (RFC 1952 §2.3.1.1), which every program skips. {@code zcat} and {@code
 * gzip -t} take consecutive members for one file (§2.2).
 */
final class GzipMember {
    private GzipMember() {}

    /**
     * Makes members, one after the other, with the same compressor: to make a new one costs a sixth of the time of
     * compressing a chunk. Used by one thread at a time.
     */
    static final class Maker implements AutoCloseable {
        private final Deflater deflater = new Deflater(LEVEL, true);

        byte[] member(byte[] octets) {
            deflater.reset();
            deflater.setInput(octets);
            deflater.finish();
            byte[] room = new byte[room(octets.length)];
            int length = HEADER;
            while (!deflater.finished()) {
                length += deflater.deflate(room, length, room.length - length - TRAILER);
            }
            CRC32 sum = new CRC32();
            sum.update(octets);
            ByteBuffer member = ByteBuffer.wrap(room, 0, length + TRAILER).order(ByteOrder.LITTLE_ENDIAN);
            // The header has no time and no name, and names no operating system.
            member.putInt(MAGIC).putInt(0).put((byte) 0).put((byte) UNKNOWN_SYSTEM);
            member.putShort((short) (FIELD + Integer.BYTES))
                    .putShort((short) ID)
                    .putShort((short) Integer.BYTES);
            member.putInt(length + TRAILER);
            member.putInt(length, (int) sum.getValue()).putInt(length + Integer.BYTES, octets.length);
            return Arrays.copyOf(room, length + TRAILER);
        }

        @Override
        public void close() {
            deflater.end();
        }
    }

    /** Returns the most octets that a member can have. */
    private static int room(int octets) {
        return HEADER + octets + octets / 1000 + SPARE;
    }

    /** Returns true if a member with our extra field begins here. */
    static boolean isOurs(FileChannel channel, long position) throws IOException {
        return length(channel, position) > 0;
    }

    /** Returns the length of the member in octets; 0 if no member with our extra field begins here. */
    static int length(FileChannel channel, long position) throws IOException {
        ByteBuffer header =
                ByteBuffer.wrap(Chunk.read(channel, position, HEADER)).order(ByteOrder.LITTLE_ENDIAN);
        boolean isOurs = header.remaining() == HEADER
                && header.getInt(0) == MAGIC
                && header.getShort(10) == FIELD + Integer.BYTES
                && header.getShort(12) == ID
                && header.getShort(14) == Integer.BYTES;
        int length = isOurs ? header.getInt(16) : 0;
        return length > HEADER + TRAILER && length <= room(Chunk.LONGEST) && length <= channel.size() - position
                ? length
                : 0;
    }

    /**
     * Reads the content of a member.
     *
     * @throws ZipException if it is damaged
     * @throws IOException if its content is longer than a chunk
     */
    static byte[] read(FileChannel channel, long position) throws IOException {
        int length = length(channel, position);
        if (length == 0) {
            throw new ZipException("no gzip member at octet " + position);
        }
        byte[] member = Chunk.read(channel, position, length);
        try (GZIPInputStream in = new GZIPInputStream(new ByteArrayInputStream(member), 8192)) {
            byte[] octets = in.readNBytes(Chunk.LONGEST + 1);
            Chunk.requireLength(octets.length);
            return octets;
        }
    }

    // Level 3 takes half the time of the usual 6, and the file is an eighth longer.
    private static final int LEVEL = 3;
    // The octets 1f 8b, the method deflate, and the flag FEXTRA.
    private static final int MAGIC = 0x04_08_8B_1F;
    private static final int UNKNOWN_SYSTEM = 255;
    private static final int ID = 'P' | 'S' << 8;
    private static final int FIELD = 4;
    private static final int HEADER = 20;
    private static final int TRAILER = 8;
    private static final int SPARE = 256;
}
