package org.postseal.gateway.audit.search;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Arrays;

/** How long the chunks of a {@link SegmentFile} are. */
final class Chunk {
    private Chunk() {}

    /** Reads so many octets, or fewer at the end of the file. */
    static byte[] read(FileChannel channel, long position, int length) throws IOException {
        ByteBuffer into = ByteBuffer.allocate(length);
        while (into.hasRemaining()) {
            if (channel.read(into, position + into.position()) < 0) {
                break;
            }
        }
        return into.position() == length ? into.array() : Arrays.copyOf(into.array(), into.position());
    }

    /** @throws IOException if a chunk may not be as long */
    static void requireLength(long octets) throws IOException {
        if (octets > LONGEST) {
            throw new IOException("a line is too long");
        }
    }

    /** Octets of a chunk at least, but for the last one of a file. */
    static final int OCTETS = 128 << 10;
    /**
     * The most octets of a chunk, so that no file takes all memory. No record is nearly as long; a longer line is not
     * ours.
     */
    static final int LONGEST = OCTETS + (16 << 20);
}
