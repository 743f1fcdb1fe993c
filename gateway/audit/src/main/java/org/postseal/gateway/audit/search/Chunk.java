package org.postseal.gateway.audit.search;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.channels.FileChannel;
import java.util.Arrays;

/** How long the chunks of a {@link SegmentFile} are. */
final class Chunk {
    private Chunk() {}

    /** Fills it, or as far as there are octets. */
    static byte[] read(FileChannel channel, long position, int length) throws IOException {
        ByteBuffer into = ByteBuffer.allocate(length);
        while (into.hasRemaining()) {
            if (channel.read(into, position + into.position()) < 0) {
                break;
            }
        }
        return into.position() == length ? into.array() : Arrays.copyOf(into.array(), into.position());
    }

    /** @throws IOException when a chunk may not be as long */
    static void requireLength(long octets) throws IOException {
        if (octets > LONGEST) {
            throw new IOException("a line is too long");
        }
    }

    /** Octets of a chunk at least, but for the last one of a file. */
    static final int OCTETS = 128 << 10;
    /** Octets of a chunk at most, so that no file takes all memory: no record is nearly as long, and what is has been made by somebody else. */
    static final int LONGEST = OCTETS + (16 << 20);
}
