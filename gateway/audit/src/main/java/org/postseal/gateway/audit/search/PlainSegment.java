package org.postseal.gateway.audit.search;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/** A file that is not compressed; it may be growing. */
final class PlainSegment implements SegmentFile {
    private final FileChannel channel;
    /** Where the chunks begin. The last one may be incomplete. */
    private final List<Long> starts = new ArrayList<>(List.of(0L));

    PlainSegment(FileChannel channel) {
        this.channel = channel;
    }

    @Override
    public long size() throws IOException {
        return channel.size();
    }

    @Override
    public Optional<byte[]> chunk(int number) throws IOException {
        // The end of the chunk is looked for as well.
        while (starts.size() <= number + 1 && step()) {}
        if (starts.size() <= number) {
            return Optional.empty();
        }
        long start = starts.get(number);
        long end = number + 1 < starts.size() ? starts.get(number + 1) : lastEnd(start);
        Chunk.requireLength(end - start);
        return end > start ? Optional.of(Chunk.read(channel, start, (int) (end - start))) : Optional.empty();
    }

    @Override
    public int chunks() throws IOException {
        while (step()) {}
        return starts.size();
    }

    /** Looks for the end of the last chunk; returns false if the chunk is not complete. */
    private boolean step() throws IOException {
        Optional<Long> end = end(starts.getLast() + Chunk.OCTETS - 1);
        end.ifPresent(starts::add);
        return end.isPresent();
    }

    /** Returns the place behind the first line end from a place on. */
    private Optional<Long> end(long from) throws IOException {
        for (long at = from; ; at += WINDOW) {
            byte[] window = Chunk.read(channel, at, WINDOW);
            for (int i = 0; i < window.length; i++) {
                if (window[i] == '\n') {
                    return Optional.of(at + i + 1);
                }
            }
            if (window.length < WINDOW) {
                return Optional.empty();
            }
        }
    }

    /**
     * Returns the place behind the last line end from a place on, or that place if there is no line end. What is there
     * is less than a chunk and a line.
     */
    private long lastEnd(long from) throws IOException {
        long length = channel.size() - from;
        Chunk.requireLength(length);
        byte[] rest = Chunk.read(channel, from, (int) length);
        for (int i = rest.length - 1; i >= 0; i--) {
            if (rest[i] == '\n') {
                return from + i + 1;
            }
        }
        return from;
    }

    @Override
    public long position(int number) {
        return starts.get(number);
    }

    @Override
    public void close() throws IOException {
        channel.close();
    }

    private static final int WINDOW = 4096;
}
