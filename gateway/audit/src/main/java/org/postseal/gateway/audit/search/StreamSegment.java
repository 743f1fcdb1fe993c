package org.postseal.gateway.audit.search;

import java.io.IOException;
import java.nio.channels.Channels;
import java.nio.channels.FileChannel;
import java.util.Optional;
import java.util.zip.GZIPInputStream;

/**
 * A file that was compressed as a whole, by an older version or another program. It can only be read from its
 * beginning.
 */
final class StreamSegment implements SegmentFile {
    private final FileChannel channel;
    private final LineBuffer lines;
    private int next;

    StreamSegment(FileChannel channel) throws IOException {
        this.channel = channel;
        this.lines = new LineBuffer(new GZIPInputStream(Channels.newInputStream(channel), 64 << 10));
    }

    @Override
    public long size() throws IOException {
        return channel.size();
    }

    @Override
    public Optional<byte[]> chunk(int number) throws IOException {
        if (number < next) {
            throw new IllegalStateException("chunk " + number + " is over");
        }
        Optional<byte[]> chunk;
        do {
            chunk = lines.next();
            next++;
        } while (next <= number && chunk.isPresent());
        return chunk;
    }

    @Override
    public int chunks() {
        throw new IllegalStateException("the number of chunks is known only at the end of the stream");
    }

    @Override
    public long position(int number) {
        return 0;
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }
}
